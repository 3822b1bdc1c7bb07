package brig.spec;

import brig.report.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What runs, where, and how it is stopped. */
final class CommandReader {
  static final int DEFAULT_UMASK = 027;
  static final int STRICT_UMASK = 077;
  static final Duration DEFAULT_STOP_TIMEOUT = Duration.ofSeconds(10);

  /** Those of signal(7) that a service may take as the wish to end. */
  private static final List<String> SIGNALS =
      List.of("TERM", "INT", "QUIT", "HUP", "KILL", "USR1", "USR2", "WINCH", "PWR");

  private static final Map<String, JailSpec.OnSync> ON_SYNC = new LinkedHashMap<>();

  static {
    ON_SYNC.put("tell", JailSpec.OnSync.TELL);
    ON_SYNC.put("restart", JailSpec.OnSync.RESTART);
  }

  private final Section top;
  private final Mistakes mistakes;
  private final boolean strict;
  private final PathRules paths;

  CommandReader(Section top, Mistakes mistakes, boolean strict) {
    this.top = top;
    this.strict = strict;
    this.mistakes = mistakes;
    this.paths = new PathRules(mistakes);
  }

  JailSpec.Command read() {
    return new JailSpec.Command(
        command(),
        directory(),
        umask(),
        stopSignal(),
        stopTimeout(),
        top.choice("on_sync", ON_SYNC, JailSpec.OnSync.TELL));
  }

  private Located<List<String>> command() {
    List<Located<String>> words = top.texts("command");
    if (words.isEmpty()) {
      if (!top.has("command")) {
        mistakes.addMissing(
            top.at(),
            "'command' is missing",
            "Write the program and its arguments: command = [\"/usr/sbin/nginx\", \"-g\","
                + " \"daemon off;\"].");
      } else if (top.isEmptyArray("command")) {
        mistakes.add(
            top.positionOf("command"), "'command' is empty", "Name a program by its full path.");
      }
      return new Located<>(List.of("/"), top.at());
    }
    Located<String> program = words.getFirst();
    if (!program.value().startsWith("/") && !program.value().isEmpty()) {
      mistakes.add(
          program.at(),
          "the program \"" + program.value() + "\" is not an absolute path",
          "Write where it is: 'command -v " + program.value() + "' tells.");
    } else {
      paths.check(program);
    }
    List<String> argv = new ArrayList<>(words.size());
    for (Located<String> word : words) {
      argv.add(word.value());
    }
    return new Located<>(List.copyOf(argv), program.at());
  }

  private String directory() {
    Located<String> directory = top.text("working_directory");
    return directory != null && paths.check(directory) ? directory.value() : "/";
  }

  private int umask() {
    Located<String> text = top.text("umask");
    if (text == null) {
      return strict ? STRICT_UMASK : DEFAULT_UMASK;
    }
    OptionalInt bits = Quantities.bits(text.value(), 0777);
    if (bits.isEmpty()) {
      mistakes.add(
          text.at(), "\"" + text.value() + "\" is no umask", "Write octal digits: \"027\".");
    } else if ((bits.getAsInt() & 0002) == 0) {
      mistakes.add(
          text.at(),
          "the umask \"" + text.value() + "\" lets anybody write to new files",
          "Write \"027\" or \"022\".");
    }
    return bits.orElse(DEFAULT_UMASK);
  }

  private String stopSignal() {
    Located<String> text = top.text("stop_signal");
    if (text == null) {
      return "TERM";
    }
    String name = text.value().startsWith("SIG") ? text.value().substring(3) : text.value();
    if (SIGNALS.contains(name)) {
      return name;
    }
    @Nullable String nearest = NearestWord.to(name, SIGNALS);
    mistakes.add(
        Problem.of("\"" + text.value() + "\" is no signal that stops a service")
            .remedy(
                nearest == null
                    ? "Choose one of " + String.join(", ", SIGNALS) + "."
                    : "Did you mean \"" + nearest + "\"?")
            .at(text.at()));
    return "TERM";
  }

  private Duration stopTimeout() {
    Duration most = Duration.ofHours(1);
    return Amounts.time(top, "stop_timeout", Duration.ZERO, most, DEFAULT_STOP_TIMEOUT);
  }
}
