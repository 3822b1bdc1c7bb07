package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.PlannedFile;
import brig.plan.Reason;
import brig.plan.Words;
import brig.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** nginx: its configuration, the modules that it loads, and the files that it names. */
final class Nginx implements Rule {
  private static final int MOST_NESTED = 16;

  @Override
  public void saw(PlannedFile file, Draft draft) throws IOException {
    if (!file.name().equals("nginx") || !file.executable()) {
      return;
    }
    List<String> argv = draft.spec().command().argv().value();
    boolean command = file.path().equals(draft.real(argv.getFirst()));
    List<String> options = command ? argv : List.of(file.path());
    String named = ConfigText.option(options, "-c", "/etc/nginx/nginx.conf");
    String prefix = ConfigText.option(options, "-p", "/usr/share/nginx");
    String configuration = ConfigText.absolute(named, prefix);
    Reason why = file.why().then(file.path());
    Config config = new Config(draft, file.path(), prefix, configuration);
    if (draft.exists(configuration)) {
      config.read(configuration, why, 0);
    } else if (command) {
      draft
          .troubles()
          .warn(
              Problem.of("cannot find nginx's configuration " + configuration)
                  .remedy("Name it with -c, or include it."),
              why);
    }
    // Debian's nginx makes its directory for request bodies below this one, unless told another.
    if (command && !config.namesBodies && draft.isDirectory("/var/lib/nginx")) {
      ConfigText.mustBeWritable(draft, "/var/lib/nginx/body", why.then("built in"));
    }
  }

  private static final class Config {
    private final Draft draft;
    private final String program;
    private final String prefix;
    private final String base;
    private boolean namesBodies;

    Config(Draft draft, String program, String prefix, String configuration) {
      this.draft = draft;
      this.program = program;
      this.prefix = prefix;
      this.base = configuration.substring(0, configuration.lastIndexOf('/'));
    }

    void read(String path, Reason why, int depth) throws IOException {
      String real = draft.addData(path, why);
      if (real == null || depth > MOST_NESTED) {
        return;
      }
      String text = new String(draft.host().read(real), StandardCharsets.UTF_8);
      for (Directive directive : directives(text)) {
        Reason at = why.then(path + ":" + directive.line() + " " + directive.text());
        if (directive.words().size() > 1) {
          directive(directive.words(), at, depth);
        }
      }
    }

    private void directive(List<String> words, Reason why, int depth) throws IOException {
      String argument = words.get(1);
      if (argument.indexOf('$') >= 0) {
        return;
      }
      String path = ConfigText.absolute(argument, base);
      switch (words.getFirst()) {
        case "include" -> include(path, why, depth);
        case "load_module" -> loadModule(ConfigText.absolute(argument, prefix), why);
        case "root", "alias" ->
            ConfigText.addServed(draft, ConfigText.absolute(argument, prefix), why);
        case "ssl_certificate",
            "ssl_certificate_key",
            "ssl_trusted_certificate",
            "ssl_client_certificate",
            "ssl_dhparam",
            "ssl_password_file",
            "ssl_crl",
            "auth_basic_user_file" ->
            addNamed(path, why);
        case "access_log", "error_log", "pid" -> writes(argument, why);
        case "client_body_temp_path" -> {
          namesBodies = true;
          writes(argument, why);
        }
        case "proxy_temp_path",
            "fastcgi_temp_path",
            "uwsgi_temp_path",
            "scgi_temp_path",
            "proxy_cache_path",
            "fastcgi_cache_path" ->
            writes(argument, why);
        case "user" -> user(argument, why);
        default -> {}
      }
    }

    private void include(String path, Reason why, int depth) throws IOException {
      List<String> found = ConfigText.expand(draft, path);
      if (found.isEmpty() && path.indexOf('*') < 0) {
        addNamed(path, why);
      }
      for (String file : found) {
        read(file, why, depth + 1);
      }
    }

    private void loadModule(String path, Reason why) throws IOException {
      if (draft.addPlugin(path, List.of(program), why) == null && !draft.exists(path)) {
        draft.troubles().fail(absent(path), why);
      }
    }

    private void writes(String argument, Reason why) throws IOException {
      boolean elsewhere =
          argument.equals("off") || argument.equals("stderr") || argument.startsWith("syslog:");
      if (!elsewhere) {
        ConfigText.mustBeWritable(draft, ConfigText.absolute(argument, prefix), why);
      }
    }

    private void user(String name, Reason why) {
      boolean known =
          name.equals(draft.spec().identity().user().value())
              || draft.spec().accounts().users().stream()
                  .anyMatch(line -> line.value().equals(name));
      // Without root nginx ignores the directive.
      if (!known && draft.spec().identity().startAsRoot()) {
        draft
            .troubles()
            .warn(
                Problem.of("nginx's user " + name + " is unknown in the jail")
                    .remedy("Make it the service's, or name it in [accounts]."),
                why);
      }
    }

    private void addNamed(String path, Reason why) throws IOException {
      if (draft.add(path, why) == null && !draft.isWritable(path) && !draft.exists(path)) {
        draft.troubles().warn(absent(path), why);
      }
    }

    private static Problem absent(String path) {
      return Problem.of("cannot find " + path)
          .answered("nginx's configuration names it, the host has no such file")
          .remedy("Install it, or mend the configuration.");
    }
  }

  record Directive(int line, List<String> words) {
    String text() {
      return String.join(" ", words);
    }
  }

  /** The simple directives of a text, and the heads of blocks, one after the other. */
  static List<Directive> directives(String text) {
    List<Directive> found = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    int line = 1;
    int began = 1;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        line++;
      }
      boolean empty = current.isEmpty();
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
        current.append(c);
      } else if (c == '#' && (i == 0 || isBreak(text.charAt(i - 1)))) {
        int end = text.indexOf('\n', i);
        i = (end < 0 ? text.length() : end) - 1;
      } else if (c == ';' || c == '{' || c == '}') {
        List<String> words = Words.of(current.toString()).all();
        if (!words.isEmpty()) {
          found.add(new Directive(began, words));
        }
        current.setLength(0);
      } else if (c > ' ' || !empty) {
        began = empty ? line : began;
        quote = c == '"' || c == '\'' ? c : quote;
        current.append(c == '\n' ? ' ' : c);
      }
    }
    return found;
  }

  private static boolean isBreak(char c) {
    return c <= ' ' || c == ';' || c == '{' || c == '}';
  }
}
