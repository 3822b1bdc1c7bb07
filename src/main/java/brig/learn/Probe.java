package brig.learn;

import brig.linux.LinuxException;
import brig.linux.Namespaces;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** How it is known that the service does what it is there for: a URL, or a command. */
public final class Probe {
  private static final long COMMAND_MILLIS = 30_000;

  private final String text;
  private final @Nullable HttpQuestion url;
  private final @Nullable OutsideCommand command;

  /**
   * What came of it.
   *
   * @param text {@code HTTP 500}, {@code exited with status 1}
   * @param words what a command printed
   */
  record Answer(boolean passed, String text, List<String> words) {}

  private Probe(String text, @Nullable HttpQuestion url, @Nullable OutsideCommand command) {
    this.text = text;
    this.url = url;
    this.command = command;
  }

  /**
   * From what a person wrote.
   *
   * @param text begins with {@code http://} or {@code https://}, or is a command: its words parted
   *     by blanks, quotes keep them together
   */
  public static Probe of(String text, Map<String, String> environment)
      throws BrigException, IOException {
    if (text.startsWith("http://") || text.startsWith("https://")) {
      return new Probe(text, HttpQuestion.of(text), null);
    }
    List<String> words = OutsideCommand.words(text);
    if (words.isEmpty()) {
      throw BrigException.usage(
          Problem.of("the probe is empty").remedy("Give a URL or a command."));
    }
    return new Probe(text, null, OutsideCommand.of(words, environment));
  }

  /** As it was given. */
  public String text() {
    return text;
  }

  Answer ask(String directory, int networkOf, BooleanSupplier over) throws LinuxException {
    if (command != null) {
      OutsideCommand.Result result = command.run(directory, networkOf, COMMAND_MILLIS, over);
      return new Answer(result.passed(), result.text(), result.words());
    }
    if (url == null) {
      throw new IllegalStateException();
    }
    HttpQuestion question = url;
    try {
      int status = networkOf == 0 ? question.ask() : inNetwork(question, networkOf);
      return new Answer(status >= 200 && status < 300, "HTTP " + status, List.of());
    } catch (IOException e) {
      return new Answer(false, String.valueOf(e.getMessage()), List.of());
    }
  }

  private static int inNetwork(HttpQuestion question, int pid) throws IOException {
    Callable<Integer> body =
        () -> {
          Namespaces.enterNetworkOf(pid);
          return question.ask();
        };
    FutureTask<Integer> task = new FutureTask<>(body);
    Thread.ofPlatform().name("probe").daemon(true).start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }
}
