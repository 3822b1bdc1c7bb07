package brig.web.fastcgi;

import brig.linux.LinuxException;
import brig.web.cgi.Answer;
import brig.web.cgi.CgiRequest;
import brig.web.cgi.MetaVariables;
import brig.web.cgi.Outcome;
import brig.web.cgi.ProgramHandler;
import brig.web.cgi.RequestBody;
import brig.web.cgi.Requests;
import brig.web.cgi.Scripts;
import brig.web.inside.SelectedEndPoint;
import brig.web.limits.Gate;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * Answers by an application server. Either it has scripts, files below the site's root that end in
 * a suffix, and the other files are handed out as they are; or all of the location is its own.
 */
public final class FastCgiHandler extends ProgramHandler {
  private final FastCgiSettings settings;
  private final FastCgiClient client;
  private final Scripts scripts;
  private final Consumer<String> errors;

  /**
   * @param files answers for what is no script
   * @param scripts the site's files
   */
  public FastCgiHandler(
      @Nullable Handler files,
      FastCgiSettings settings,
      FastCgiClient client,
      Scripts scripts,
      Gate gate,
      Consumer<String> errors) {
    super(files, gate, errors);
    this.settings = settings;
    this.client = client;
    this.scripts = scripts;
    this.errors = errors;
  }

  @Override
  protected @Nullable Job job(Request request) throws LinuxException {
    String path = Requests.path(request);
    if (path == null) {
      return null;
    }
    Scripts.Found found = settings.suffix().isEmpty() ? all(path) : script(path);
    return found == null ? null : new Question(found);
  }

  private Scripts.Found all(String path) {
    String prefix = settings.prefix();
    String name = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    return new Scripts.Found(name, path.substring(name.length()));
  }

  private Scripts.@Nullable Found script(String path) throws LinuxException {
    Scripts.Found found = scripts.bySuffix(path, settings.suffix());
    if (found != null) {
      return found;
    }
    if (path.endsWith("/")) {
      String index = path + settings.index();
      if (scripts.isFile(index)) {
        return new Scripts.Found(index, "");
      }
    }
    String fallback = settings.fallback();
    boolean there = scripts.isFile(path) || scripts.isDirectory(path);
    return fallback == null || there ? null : new Scripts.Found(fallback, "");
  }

  private final class Question implements Job {
    private final Scripts.Found found;

    Question(Scripts.Found found) {
      this.found = found;
    }

    @Override
    public String name() {
      return "fastcgi " + found.name();
    }

    /** An application server must be told the length before it begins. */
    @Override
    public int gathers(Request request) {
      return request.getLength() < 0 ? settings.bodyBuffer() : RequestBody.MOST_GATHERED;
    }

    @Override
    public boolean takesAnyLength() {
      return false;
    }

    @Override
    public boolean begin(
        Request request, RequestBody body, long length, Response response, Outcome outcome) {
      ManagedSelector selector = SelectedEndPoint.selector(request);
      return selector != null
          && client.begin(
              variables(request, length),
              body,
              new Answer(response, false),
              this::tell,
              selector,
              outcome);
    }

    @Override
    public @Nullable String run(Request request, RequestBody body, long length, Response response)
        throws IOException {
      Answer answer = new Answer(response, false);
      client.ask(
          variables(request, length), body, answer, this::tell, SelectedEndPoint.selector(request));
      return answer.redirect();
    }

    private void tell(String text) {
      errors.accept(name() + ": " + text);
    }

    private Map<String, String> variables(Request request, long length) {
      String root = settings.scriptRoot();
      String file = (root.equals("/") ? "" : root) + found.name();
      CgiRequest cgi = Requests.of(request, found, file, root, length, user(request));
      Map<String, String> variables = new LinkedHashMap<>(MetaVariables.of(cgi, settings.set()));
      variables.putIfAbsent("CONTENT_LENGTH", "");
      variables.putIfAbsent("CONTENT_TYPE", "");
      // php-fpm built with cgi.force_redirect refuses to work without it
      variables.put("REDIRECT_STATUS", "200");
      return variables;
    }
  }
}
