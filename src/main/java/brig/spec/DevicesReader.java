package brig.spec;

import brig.report.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code [devices]}. */
final class DevicesReader {
  static final List<String> DEFAULT = List.of("null", "zero", "random", "urandom");

  /** Those that give nothing of the host away. */
  static final List<String> HARMLESS = List.of("null", "zero", "full", "random", "urandom", "tty");

  private static final Map<String, Boolean> MODES = new LinkedHashMap<>();

  static {
    MODES.put("node", false);
    MODES.put("bind", true);
  }

  private final Section devices;
  private final Mistakes mistakes;

  DevicesReader(Section devices, Mistakes mistakes) {
    this.devices = devices;
    this.mistakes = mistakes;
  }

  JailSpec.Devices read() {
    List<Located<String>> names = devices.distinct("names");
    for (Located<String> name : names) {
      check(name);
    }
    if (!devices.has("names")) {
      names = new ArrayList<>();
      for (String name : DEFAULT) {
        names.add(new Located<>(name, devices.at()));
      }
    }
    boolean fromHost = devices.choice("mode", MODES, false);
    return new JailSpec.Devices(
        names, fromHost, new Located<>(fromHost ? "bind" : "node", devices.positionOf("mode")));
  }

  private void check(Located<String> name) {
    if (HARMLESS.contains(name.value())) {
      return;
    }
    boolean path = name.value().startsWith("/dev/");
    mistakes.add(
        Problem.of("the device \"" + name.value() + "\" is none that a jail may have")
            .remedy(
                path && HARMLESS.contains(name.value().substring("/dev/".length()))
                    ? "Write it without /dev/."
                    : "Choose among " + String.join(", ", HARMLESS) + ".")
            .at(name.at()));
  }
}
