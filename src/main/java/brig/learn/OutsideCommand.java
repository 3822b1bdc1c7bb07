package brig.learn;

import brig.linux.Fd;
import brig.linux.FileNames;
import brig.linux.LinuxException;
import brig.linux.Namespaces;
import brig.linux.OwnThread;
import brig.linux.Pidfd;
import brig.linux.Program;
import brig.linux.Stat;
import brig.plan.Words;
import brig.report.BrigException;
import brig.report.Problem;
import brig.trace.TracedProgram;
import brig.trace.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A command that is run outside of the jail, as the person who runs Brig: a workload, or a probe.
 * No shell is involved.
 *
 * @param argv the program's path first
 */
public record OutsideCommand(List<String> argv, Map<String, String> environment) {
  // open(2): a file without a name, which is gone with its descriptor.
  private static final int O_TMPFILE = 0x400000 | Fd.O_DIRECTORY;
  private static final int MOST_OUTPUT = 64 * 1024;
  private static final long STEP_MILLIS = 20;

  /**
   * How it ended.
   *
   * @param ending null when it was ended by Brig
   * @param words what it printed
   */
  record Result(Pidfd.@org.jspecify.annotations.Nullable Ending ending, List<String> words) {
    boolean passed() {
      return ending != null && ending.status() == 0;
    }

    String text() {
      return ending == null ? "did not end in time" : ending.text();
    }
  }

  /** Finds the program as a shell would. */
  public static OutsideCommand of(List<String> words, Map<String, String> environment)
      throws BrigException, LinuxException {
    String name = words.getFirst();
    List<String> argv = new ArrayList<>(words);
    if (name.indexOf('/') < 0) {
      argv.set(0, find(name, environment.getOrDefault("PATH", "/usr/bin:/bin")));
    }
    return new OutsideCommand(argv, environment);
  }

  private static String find(String name, String path) throws BrigException, LinuxException {
    for (String directory : path.split(":", -1)) {
      String candidate = (directory.isEmpty() ? "." : directory) + "/" + name;
      Stat stat = name.isEmpty() ? null : Stat.of(candidate);
      if (stat != null && stat.isFile() && (stat.mode() & 0111) != 0) {
        return candidate;
      }
    }
    throw BrigException.usage(
        Problem.of("cannot execute " + name)
            .answered("no directory of PATH has such a program")
            .remedy("Give its path."));
  }

  /**
   * The words of a text: parted by blanks, those in quotes kept together.
   *
   * @throws BrigException when a quote is not closed
   */
  static List<String> words(String text) throws BrigException {
    Words words = Words.of(text);
    if (!words.closed()) {
      throw BrigException.usage(
          Problem.of("a quotation mark of the probe is not closed: " + text)
              .remedy("No shell reads it: blanks part the words, quotes keep them together."));
    }
    return words.all();
  }

  /**
   * Runs it to its end. It is held by a tracer, though nobody asks what it does: so all that it has
   * started ends with it, and all of it with Brig, however that ends.
   *
   * @param directory where it may keep what it prints, without a name
   * @param networkOf in the network of that process; 0: in this one's
   * @param over asked now and then: it is to be ended
   */
  Result run(String directory, int networkOf, long millis, BooleanSupplier over)
      throws LinuxException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    try (Fd output = Fd.open(directory, O_TMPFILE | Fd.O_RDWR, 0600);
        Fd input = Fd.open("/dev/null", Fd.O_RDONLY);
        Tracer tracer = Tracer.start(_ -> {})) {
      int pid =
          OwnThread.run(
              "outside-command",
              () -> {
                if (networkOf != 0) {
                  Namespaces.enterNetworkOf(networkOf); // a thread that starts one hands it on
                }
                Program program = new Program(argv, environment, true);
                return TracedProgram.held(program, input, output).start(tracer);
              });
      Pidfd.Ending ending = null;
      while (ending == null && System.nanoTime() - deadline < 0 && !over.getAsBoolean()) {
        pause();
        ending = tracer.ending(pid);
      }
      return new Result(ending, lines(output));
    }
  }

  private static void pause() {
    try {
      Thread.sleep(STEP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> lines(Fd output) throws LinuxException {
    int length = (int) Math.min(output.stat().size(), MOST_OUTPUT);
    byte[] bytes = new byte[length];
    int count = output.read(output.stat().size() - length, bytes, 0, length);
    List<String> lines = new ArrayList<>();
    for (String line : FileNames.decode(bytes, 0, count).split("\n", -1)) {
      if (!line.isEmpty()) {
        lines.add(line);
      }
    }
    return lines;
  }
}
