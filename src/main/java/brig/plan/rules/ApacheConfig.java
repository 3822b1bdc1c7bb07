package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.Reason;
import brig.plan.TreeFilter;
import brig.plan.Words;
import brig.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration of Apache 2.4 for the files that it names. What depends on requests
 * (Directory, VirtualHost, If...) is read as if it held; IfModule, IfDefine and IfFile are decided.
 */
final class ApacheConfig {
  private static final int MOST_NESTED = 16;

  /** Linked into the binaries of the distributions. */
  private static final Set<String> BUILT_IN =
      Set.of(
          "core.c",
          "core_module",
          "mod_so.c",
          "so_module",
          "http_core.c",
          "http_module",
          "mod_log_config.c",
          "log_config_module",
          "mod_logio.c",
          "logio_module",
          "mod_version.c",
          "version_module",
          "mod_unixd.c",
          "unixd_module",
          "mod_watchdog.c",
          "watchdog_module");

  private final Draft draft;
  private final String program;
  private final Map<String, String> defined = new HashMap<>();
  private final Set<String> modules = new HashSet<>(BUILT_IN);
  private final Set<String> undefinedTold = new HashSet<>();

  /** For each open section whether its content counts. */
  private final Deque<Boolean> sections = new ArrayDeque<>();

  private String root;

  ApacheConfig(Draft draft, String program, String root, List<String> argv) {
    this.draft = draft;
    this.program = program;
    this.root = root;
    for (int i = 1; i < argv.size(); i++) {
      String word = argv.get(i);
      if (word.equals("-D") && i + 1 < argv.size()) {
        defined.put(argv.get(i + 1), "");
      } else if (word.startsWith("-D") && word.length() > 2) {
        defined.put(word.substring(2), "");
      }
    }
  }

  void read(String path, Reason why) throws IOException {
    read(path, why, 0);
  }

  private void read(String path, Reason why, int depth) throws IOException {
    String real = draft.addData(path, why);
    if (real == null || depth > MOST_NESTED) {
      return;
    }
    String text = new String(draft.host().read(real), StandardCharsets.UTF_8);
    int number = 0;
    StringBuilder joined = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.endsWith("\\")) {
        joined.append(line, 0, line.length() - 1);
        continue;
      }
      String whole = joined.append(line).toString().strip();
      joined.setLength(0);
      if (!whole.isEmpty() && whole.charAt(0) != '#') {
        line(whole, why.then(path + ":" + number + " " + whole), depth);
      }
    }
  }

  private void line(String line, Reason why, int depth) throws IOException {
    if (line.startsWith("</")) {
      if (!sections.isEmpty()) {
        sections.pop();
      }
      return;
    }
    boolean counts = sections.isEmpty() || sections.peek();
    if (line.startsWith("<")) {
      sections.push(counts && holds(line));
      return;
    }
    if (!counts) {
      return;
    }
    List<String> words = Words.of(line).all();
    String directive = words.getFirst().toLowerCase(Locale.ROOT);
    if (directive.equals("define") && words.size() > 1) {
      String value = words.size() > 2 ? substitute(words.get(2), why) : "";
      defined.put(words.get(1), value == null ? "" : value);
    } else if (words.size() > 1 && INTERESTING.contains(directive)) {
      String argument =
          substitute(words.get(words.size() > 2 && LAST.contains(directive) ? 2 : 1), why);
      if (argument != null) {
        directive(directive, argument, words, why, depth);
      }
    }
  }

  /** Whether the content of a section counts. */
  private boolean holds(String line) throws IOException {
    List<String> words = Words.of(line.substring(1).replace(">", " ")).all();
    if (words.size() < 2) {
      return true;
    }
    boolean negated = words.get(1).startsWith("!");
    String what = negated ? words.get(1).substring(1) : words.get(1);
    return switch (words.getFirst().toLowerCase(Locale.ROOT)) {
      case "ifmodule" -> modules.contains(what) != negated;
      case "ifdefine" -> defined.containsKey(what) != negated;
      case "iffile" -> draft.exists(ConfigText.absolute(what, root)) != negated;
      default -> true;
    };
  }

  /** Directives whose file is the second argument. */
  private static final Set<String> LAST = Set.of("loadmodule", "alias", "scriptalias");

  private static final Set<String> INTERESTING =
      Set.of(
          "serverroot",
          "include",
          "includeoptional",
          "loadmodule",
          "loadfile",
          "typesconfig",
          "mimemagicfile",
          "documentroot",
          "scriptalias",
          "alias",
          "sslcertificatefile",
          "sslcertificatekeyfile",
          "sslcertificatechainfile",
          "sslcacertificatefile",
          "sslcacertificatepath",
          "authuserfile",
          "authgroupfile",
          "authdigestfile",
          "errorlog",
          "customlog",
          "transferlog",
          "pidfile",
          "user",
          "group");

  private void directive(
      String directive, String argument, List<String> words, Reason why, int depth)
      throws IOException {
    String path = ConfigText.absolute(argument, root);
    switch (directive) {
      case "serverroot" -> root = path;
      case "include", "includeoptional" -> include(directive, path, why, depth);
      case "loadmodule" -> loadModule(words.get(1), path, why);
      case "loadfile" -> loadFiles(words, why);
      case "documentroot", "scriptalias" -> ConfigText.addServed(draft, path, why);
      case "alias" -> alias(path, why);
      case "sslcacertificatepath" -> ConfigText.addServed(draft, path, why);
      case "errorlog", "customlog", "transferlog" -> log(argument, path, why);
      case "pidfile" -> ConfigText.mustBeWritable(draft, path, why);
      case "user", "group" -> account(directive, argument, why);
      default -> addNamed(path, why);
    }
  }

  private void include(String directive, String path, Reason why, int depth) throws IOException {
    List<String> found = ConfigText.expand(draft, path);
    if (found.isEmpty() && directive.equals("include")) {
      addNamed(path, why);
    }
    for (String file : found) {
      if (draft.isDirectory(file)) {
        draft.add(file, why);
        for (String name : draft.host().list(file)) {
          read(file + "/" + name, why, depth + 1);
        }
      } else {
        read(file, why, depth + 1);
      }
    }
  }

  private void loadModule(String name, String path, Reason why) throws IOException {
    modules.add(name);
    String file = path.substring(path.lastIndexOf('/') + 1);
    if (file.endsWith(".so")) {
      modules.add(file.substring(0, file.length() - 3) + ".c");
    }
    if (draft.addPlugin(path, List.of(program), why) == null && !draft.exists(path)) {
      draft.troubles().fail(absent(path), why);
    }
  }

  private void loadFiles(List<String> words, Reason why) throws IOException {
    for (String word : words.subList(1, words.size())) {
      String name = substitute(word, why);
      String path = name == null ? "" : ConfigText.absolute(name, root);
      if (name != null
          && draft.addPlugin(path, List.of(program), why) == null
          && !draft.exists(path)) {
        draft.troubles().fail(absent(path), why);
      }
    }
  }

  private void alias(String path, Reason why) throws IOException {
    if (draft.isDirectory(path)
        && (path.startsWith("/usr/share/apache2/") || path.startsWith("/usr/share/httpd/"))) {
      draft.addTree(path, why, (file, directory) -> TreeFilter.Choice.DATA);
      return;
    }
    String real = draft.real(path);
    if (real != null && !draft.holds(real) && !draft.isWritable(real)) {
      draft
          .troubles()
          .warn(
              Problem.of("the alias of " + path + " leads to nothing in the jail")
                  .remedy("Include it if the service needs it."),
              why);
    }
  }

  private void log(String argument, String path, Reason why) throws IOException {
    if (argument.startsWith("|")) {
      String command = argument.substring(argument.startsWith("||") ? 2 : 1);
      List<String> words = Words.of(command.startsWith("$") ? command.substring(1) : command).all();
      if (!words.isEmpty() && words.getFirst().startsWith("/")) {
        draft.addProgram(words.getFirst(), why);
      }
    } else if (!argument.startsWith("syslog")) {
      ConfigText.mustBeWritable(draft, path, why);
    }
  }

  private void account(String kind, String name, Reason why) {
    var identity = draft.spec().identity();
    boolean user = kind.equals("user");
    boolean known =
        name.startsWith("#")
            || name.equals(identity.user().value())
            || (user ? draft.spec().accounts().users() : draft.spec().accounts().groups())
                .stream().anyMatch(line -> line.value().equals(name));
    var group = identity.group();
    known |= !user && group != null && group.value().equals(name);
    if (!known) {
      draft
          .troubles()
          .warn(
              Problem.of("Apache's " + kind + " " + name + " may be unknown in the jail")
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
        .answered("Apache's configuration names it, the host has no such file")
        .remedy("Install it, or mend the configuration.");
  }

  /** Puts in the values of Define and of the environment; null when one is not known. */
  private @Nullable String substitute(String text, Reason why) {
    StringBuilder result = new StringBuilder();
    int from = 0;
    int at = text.indexOf("${");
    while (at >= 0) {
      int end = text.indexOf('}', at);
      if (end < 0) {
        break;
      }
      String name = text.substring(at + 2, end);
      String value = defined.getOrDefault(name, draft.spec().environment().get(name));
      if (value == null) {
        undefined(name, why);
        return null;
      }
      result.append(text, from, at).append(value);
      from = end + 1;
      at = text.indexOf("${", from);
    }
    return result.append(text, from, text.length()).toString();
  }

  private void undefined(String name, Reason why) {
    if (undefinedTold.add(name)) {
      draft
          .troubles()
          .warn(
              Problem.of("Apache's configuration uses ${" + name + "}, which nothing sets")
                  .remedy("Set it in [environment], as /etc/apache2/envvars does."),
              why);
    }
  }
}
