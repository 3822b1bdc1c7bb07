package brig.web.config;

import brig.spec.Located;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of locations behind which are programs or other servers. */
final class ProgramReader {
  private static final String ADDRESS =
      "Write \"unix:/run/app.sock\", \"127.0.0.1:9000\" or \"[::1]:9000\".";

  private final Keys keys;
  private final Paths paths;

  ProgramReader(Keys keys, Paths paths) {
    this.keys = keys;
    this.paths = paths;
  }

  /** {@code cgi}, a directory of programs, or {@code cgi_program}, one program. */
  Action cgi(String key) {
    Located<String> path = paths.of(keys.text(key));
    Located<String> user = keys.text("user");
    boolean asOwner = keys.truth("as_owner", false);
    if (asOwner && user != null) {
      keys.wrong(
          user.at(), "programs run as 'user' or with 'as_owner', not both", "Leave one out.");
    }
    if (asOwner && key.equals("cgi_program")) {
      keys.wrong(
          keys.positionOf("as_owner"),
          "'as_owner' is for a directory of programs, not for one program",
          "Name its user: user = \"...\".");
    }
    Action.ProgramLimits limits =
        new Action.ProgramLimits(
            keys.whole("cpu_seconds", 1, 1_000_000, -1),
            keys.has("memory") ? keys.size("memory", -1) : -1,
            keys.has("file_size") ? keys.size("file_size", -1) : -1,
            (int) keys.whole("files", 8, 1_000_000, -1),
            (int) keys.whole("processes", 1, 100_000, 64));
    Action action =
        new Action.Cgi(
            path == null ? new Located<>("/", keys.at()) : path,
            key.equals("cgi_program"),
            user,
            asOwner,
            (int) keys.whole("least_uid", 1, Integer.MAX_VALUE, 1000),
            crowd(32, 256),
            keys.duration("timeout", Duration.ofSeconds(60)).toMillis(),
            limits,
            environment());
    return action;
  }

  Action fastCgi() {
    Upstream upstream = upstream(keys.text("fastcgi"));
    Located<String> suffix = keys.has("suffix") ? keys.textOrEmpty("suffix") : null;
    Located<String> index = keys.text("script_index");
    Located<String> fallback = keys.text("fallback");
    if (fallback != null && !fallback.value().startsWith("/")) {
      keys.wrong(fallback.at(), "'fallback' is no path of the site", "Write \"/index.php\".");
    }
    Located<String> scriptRoot = keys.text("script_root");
    return new Action.FastCgi(
        upstream,
        suffix == null ? ".php" : suffix.value(),
        index == null ? "index.php" : index.value(),
        fallback == null ? null : fallback.value(),
        scriptRoot == null ? null : Paths.resolve("/", scriptRoot.value()),
        crowd(8, 256),
        keys.duration("connect_timeout", Duration.ofSeconds(5)).toMillis(),
        keys.duration("timeout", Duration.ofSeconds(60)).toMillis(),
        keys.duration("keep", Duration.ofSeconds(10)).toMillis(),
        (int) Math.min(keys.size("body_buffer", 1024 * 1024), 64L * 1024 * 1024),
        environment());
  }

  Action proxy() {
    Located<String> address = keys.text("proxy");
    Upstream upstream = upstream(address);
    Located<String> base = keys.text("base");
    if (base != null && (!base.value().startsWith("/") || !LocationReader.isPlain(base.value()))) {
      keys.wrong(base.at(), "'base' is no path", "Write it plainly: \"/app/\".");
    }
    Located<String> host = keys.text("host");
    return new Action.Proxy(
        upstream,
        base == null ? null : base.value(),
        host == null ? null : host.value(),
        crowd(64, 256),
        keys.duration("connect_timeout", Duration.ofSeconds(5)).toMillis(),
        keys.duration("timeout", Duration.ofSeconds(60)).toMillis(),
        keys.truth("websocket", true));
  }

  private Action.Crowd crowd(int most, int waiting) {
    return new Action.Crowd(
        (int) keys.whole("at_once", 1, 10_000, most),
        (int) keys.whole("waiting", 0, 100_000, waiting));
  }

  private Upstream upstream(@Nullable Located<String> text) {
    Upstream read = text == null ? null : Upstream.of(text.value(), text.at(), paths);
    if (read == null) {
      if (text != null) {
        keys.wrong(text.at(), "\"" + text.value() + "\" is no address of a server", ADDRESS);
      }
      return new Upstream.Port("127.0.0.1", 1, keys.at());
    }
    return read;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (Keys.Pair pair : keys.pairs("env")) {
      if (isName(pair.key())) {
        environment.put(pair.key(), pair.value());
      } else {
        keys.wrong(
            pair.at(),
            "'" + pair.key() + "' is no name of a variable",
            "It has letters, digits and '_', and begins with no digit.");
      }
    }
    return environment;
  }

  private static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
