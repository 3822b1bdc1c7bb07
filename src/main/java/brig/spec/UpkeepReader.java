package brig.spec;

import brig.spec.JailSpec.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** {@code restart}, {@code after}, {@code ready}: how a jail is kept running. */
final class UpkeepReader {
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private static final Map<String, Upkeep.Restart> RESTART = new LinkedHashMap<>();

  static {
    RESTART.put("no", Upkeep.Restart.NO);
    RESTART.put("on-failure", Upkeep.Restart.ON_FAILURE);
    RESTART.put("always", Upkeep.Restart.ALWAYS);
  }

  private final Section top;
  private final Mistakes mistakes;
  private final PathRules paths;

  UpkeepReader(Section top, Mistakes mistakes) {
    this.top = top;
    this.mistakes = mistakes;
    this.paths = new PathRules(mistakes);
  }

  Upkeep read(String name, Mode mode) {
    return new Upkeep(top.choice("restart", RESTART, Upkeep.Restart.NO), after(name), ready(mode));
  }

  private List<Located<String>> after(String name) {
    List<Located<String>> good = new ArrayList<>();
    for (Located<String> other : top.distinct("after")) {
      if (!JailName.isValid(other.value())) {
        mistakes.add(
            other.at(),
            "\"" + other.value() + "\" is no name of a jail",
            "Name another jailfile, without its directory and .toml.");
      } else if (other.value().equals(name)) {
        mistakes.add(other.at(), "a jail cannot come after itself", "Name another one.");
      } else {
        good.add(other);
      }
    }
    return good;
  }

  private Upkeep.Ready ready(Mode mode) {
    Section ready = top.section("ready");
    OptionalInt port = port(ready);
    String socket = path(ready, "socket");
    String file = path(ready, "file");
    boolean notify = ready.truth("notify", false);
    if (notify && !mode.isBuilt()) {
      mistakes.add(
          ready.positionOf("notify"),
          "'notify' in ready goes with mode = \"copy\" or \"bind\" only: the daemon begins outside",
          "Take 'port', 'socket' or 'file'.");
    }
    Duration timeout =
        Amounts.time(ready, "timeout", Duration.ofMillis(1), Duration.ofHours(1), DEFAULT_TIMEOUT);
    Upkeep.Ready read = new Upkeep.Ready(port, socket, file, notify, timeout);
    if (read.isEmpty() && top.isTable("ready") && mistakes.none()) {
      mistakes.add(
          top.positionOf("ready"),
          "ready says nothing to wait for",
          "Write ready = { port = 80 }, or 'socket', 'file' or 'notify'.");
    }
    return read;
  }

  private OptionalInt port(Section ready) {
    Located<String> text = ready.numberOrText("port");
    if (text == null) {
      return OptionalInt.empty();
    }
    long port = Quantities.digits(text.value());
    if (port < 1 || port > 65535) {
      mistakes.add(text.at(), text.value() + " is no port", "Ports go from 1 to 65535.");
      return OptionalInt.empty();
    }
    return OptionalInt.of((int) port);
  }

  private @Nullable String path(Section ready, String key) {
    Located<String> path = ready.text(key);
    return path != null && paths.check(path) ? path.value() : null;
  }
}
