package brig.web.cgi;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stream;
import brig.web.limits.Gate;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/** Answers by a program that is started for the request (RFC 3875). */
public final class CgiHandler extends ProgramHandler {
  private final CgiSettings settings;
  private final Scripts scripts;
  private final Programs programs;
  private final Executor threads;
  private final Consumer<String> errors;
  private final Fd nothing;

  /**
   * @param scripts the directory of the programs
   */
  public CgiHandler(
      CgiSettings settings,
      Scripts scripts,
      Programs programs,
      Gate gate,
      Executor threads,
      Consumer<String> errors)
      throws LinuxException {
    super(null, gate, errors);
    this.settings = settings;
    this.scripts = scripts;
    this.programs = programs;
    this.threads = threads;
    this.errors = errors;
    Stream.Pipe empty = Stream.pipe();
    empty.in().close();
    this.nothing = empty.out(); // reads as the end, for all requests without a body
  }

  @Override
  protected @Nullable Job job(Request request) throws LinuxException {
    String path = Requests.path(request);
    String prefix = settings.prefix();
    String name = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    if (path == null || !path.startsWith(name)) {
      return null;
    }
    String rest = path.substring(name.length());
    if (settings.single()) {
      return new Run(new Scripts.Found(name, rest), "", settings.path().get());
    }
    Scripts.Found found = rest.startsWith("/") ? scripts.first(rest) : null;
    if (found == null) {
      return null;
    }
    String place = settings.path().get();
    String directory = place.equals("/") ? "" : place;
    return new Run(
        new Scripts.Found(name + found.name(), found.rest()),
        found.name(),
        directory + found.name());
  }

  private final class Run implements Job {
    private final Scripts.Found found;
    private final String script;
    private final String file;

    Run(Scripts.Found found, String script, String file) {
      this.found = found;
      this.script = script;
      this.file = file;
    }

    @Override
    public String name() {
      return "cgi " + found.name();
    }

    @Override
    public int gathers(Request request) {
      return RequestBody.MOST_GATHERED;
    }

    /** A program that is not told the length reads to the end, as git-http-backend(1) does. */
    @Override
    public boolean takesAnyLength() {
      return true;
    }

    @Override
    public @Nullable String run(Request request, RequestBody body, long length, Response response)
        throws IOException {
      CgiRequest cgi =
          Requests.of(request, found, file, settings.documentRoot().get(), length, user(request));
      Map<String, String> variables = MetaVariables.of(cgi, Map.of());
      boolean whole = file.substring(file.lastIndexOf('/') + 1).startsWith("nph-");
      Answer answer = new Answer(response, whole);
      boolean empty = body.isWhole() && !body.gathered().hasRemaining();
      try (Stream.Pipe output = Stream.pipe();
          Stream.Pipe error = Stream.pipe();
          Stream.Pipe input = empty ? null : Stream.pipe()) {
        List<Fd> theirs = List.of(input == null ? nothing : input.out(), output.in(), error.in());
        try (Programs.Asked asked =
            programs.start(settings.place(), script, cgi.searchWords(), variables, theirs)) {
          output.in().close();
          error.in().close();
          if (input != null) {
            input.out().close();
          }
          Exchange exchange =
              new Exchange(
                  asked, answer, settings.millis(), text -> errors.accept(name() + ": " + text));
          exchange.run(body, input == null ? null : input.in(), output.out(), error.out(), threads);
        }
      } catch (LinuxException e) {
        throw new ProgramBusy("it could not be asked for: " + e.getMessage());
      }
      return answer.redirect();
    }
  }
}
