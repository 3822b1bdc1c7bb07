package brig.web.config;

import brig.spec.Amounts;
import brig.spec.EnvironmentName;
import brig.spec.Located;
import brig.spec.Mistakes;
import brig.spec.Section;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of locations behind which are programs or other servers. */
final class ProgramReader {
  private static final String ADDRESS =
      "Write \"unix:/run/app.sock\", \"127.0.0.1:9000\" or \"[::1]:9000\".";

  private static final Duration LEAST = Duration.ofMillis(1);
  private static final Duration MOST = Duration.ofHours(24);

  private final Section keys;
  private final Mistakes mistakes;
  private final Paths paths;

  ProgramReader(Section keys, Paths paths) {
    this.keys = keys;
    this.mistakes = keys.mistakes();
    this.paths = paths;
  }

  /** {@code cgi}, a directory of programs, or {@code cgi_program}, one program. */
  Action cgi(String key) {
    Located<String> path = paths.of(keys.filledText(key));
    Located<String> user = keys.filledText("user");
    boolean asOwner = keys.truth("as_owner", false);
    if (asOwner && user != null) {
      mistakes.add(
          user.at(), "programs run as 'user' or with 'as_owner', not both", "Leave one out.");
    }
    if (asOwner && key.equals("cgi_program")) {
      mistakes.add(
          keys.positionOf("as_owner"),
          "'as_owner' is for a directory of programs, not for one program",
          "Name its user: user = \"...\".");
    }
    Action.ProgramLimits limits =
        new Action.ProgramLimits(
            Amounts.whole(keys, "cpu_seconds", 1, 1_000_000, -1),
            Amounts.size(keys, "memory", 1 << 20, 1L << 50, -1),
            Amounts.size(keys, "file_size", 0, 1L << 50, -1),
            Amounts.whole(keys, "files", 8, 1_000_000, -1),
            Amounts.whole(keys, "processes", 1, 100_000, 64));
    Action action =
        new Action.Cgi(
            path == null ? new Located<>("/", keys.at()) : path,
            key.equals("cgi_program"),
            user,
            asOwner,
            Amounts.whole(keys, "least_uid", 1, Integer.MAX_VALUE, 1000),
            crowd(32, 256),
            millis("timeout", 60),
            limits,
            new ReachReader(keys, paths).read(),
            environment());
    return action;
  }

  Action fastCgi() {
    Upstream upstream = upstream(keys.filledText("fastcgi"));
    Located<String> suffix = keys.text("suffix");
    Located<String> index = keys.filledText("script_index");
    Located<String> fallback = keys.filledText("fallback");
    if (fallback != null && !fallback.value().startsWith("/")) {
      mistakes.add(fallback.at(), "'fallback' is no path of the site", "Write \"/index.php\".");
    }
    Located<String> scriptRoot = keys.filledText("script_root");
    return new Action.FastCgi(
        upstream,
        suffix == null ? ".php" : suffix.value(),
        index == null ? "index.php" : index.value(),
        fallback == null ? null : fallback.value(),
        scriptRoot == null ? null : Paths.resolve("/", scriptRoot.value()),
        crowd(8, 256),
        millis("connect_timeout", 5),
        millis("timeout", 60),
        millis("keep", 10),
        (int) Amounts.size(keys, "body_buffer", 0, 64 << 20, 1 << 20),
        environment());
  }

  Action proxy() {
    Located<String> address = keys.filledText("proxy");
    Upstream upstream = upstream(address);
    Located<String> base = keys.filledText("base");
    if (base != null && (!base.value().startsWith("/") || !LocationReader.isPlain(base.value()))) {
      mistakes.add(base.at(), "'base' is no path", "Write it plainly: \"/app/\".");
    }
    Located<String> host = keys.filledText("host");
    return new Action.Proxy(
        upstream,
        base == null ? null : base.value(),
        host == null ? null : host.value(),
        crowd(64, 256),
        millis("connect_timeout", 5),
        millis("timeout", 60),
        keys.truth("websocket", true));
  }

  private long millis(String key, int seconds) {
    return Amounts.time(keys, key, LEAST, MOST, Duration.ofSeconds(seconds)).toMillis();
  }

  private Action.Crowd crowd(int most, int waiting) {
    return new Action.Crowd(
        Amounts.whole(keys, "at_once", 1, 10_000, most),
        Amounts.whole(keys, "waiting", 0, 100_000, waiting));
  }

  private Upstream upstream(@Nullable Located<String> text) {
    Upstream read = text == null ? null : Upstream.of(text.value(), text.at(), paths);
    if (read == null) {
      if (text != null) {
        mistakes.add(text.at(), "\"" + text.value() + "\" is no address of a server", ADDRESS);
      }
      return new Upstream.Port("127.0.0.1", 1, keys.at());
    }
    return read;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (Section.Pair pair : keys.pairs("env")) {
      if (EnvironmentName.isValid(pair.key())) {
        environment.put(pair.key(), pair.value().value());
      } else {
        mistakes.add(
            pair.at(),
            "'" + pair.key() + "' is no name of a variable",
            "It has letters, digits and '_', and begins with no digit.");
      }
    }
    return environment;
  }
}
