package brig.spec;

import brig.report.Problem;
import brig.spec.toml.TomlValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code [network]}. */
public final class NetworkReader {
  private static final Map<String, JailSpec.NetworkMode> MODES = new LinkedHashMap<>();

  static {
    MODES.put("host", JailSpec.NetworkMode.HOST);
    MODES.put("none", JailSpec.NetworkMode.NONE);
  }

  private final Section network;
  private final Mistakes mistakes;

  NetworkReader(Section network, Mistakes mistakes) {
    this.network = network;
    this.mistakes = mistakes;
  }

  JailSpec.Network read() {
    JailSpec.NetworkMode mode = network.choice("mode", MODES, JailSpec.NetworkMode.HOST);
    List<Located<Integer>> listen = ports("listen");
    List<Located<Integer>> connect = connect(mode);
    List<Located<String>> sockets = network.distinct("sockets");
    for (Located<String> socket : sockets) {
      checkAddress(socket);
    }
    if (mode == JailSpec.NetworkMode.NONE) {
      refuseWithoutNetwork("listen", listen);
      refuseWithoutNetwork("connect", connect);
    }
    // A service that is handed its sockets binds none by itself, unless the jailfile says so.
    boolean handedIn = listen == null && !sockets.isEmpty();
    return new JailSpec.Network(mode, handedIn ? List.of() : listen, connect, sockets);
  }

  private @Nullable List<Located<Integer>> connect(JailSpec.NetworkMode mode) {
    return mode == JailSpec.NetworkMode.NONE && !network.has("connect")
        ? null
        : connect(network, mistakes);
  }

  /**
   * The TCP ports that {@code connect} names. None by default: a service that was taken over must
   * not reach those of the host (B17).
   *
   * @return null: any
   */
  public static @Nullable List<Located<Integer>> connect(Section section, Mistakes mistakes) {
    Located<String> word = section.textIf("connect");
    return word != null && word.value().equals("any") ? null : ports(section, "connect", mistakes);
  }

  private void refuseWithoutNetwork(String key, @Nullable List<Located<Integer>> ports) {
    if (ports != null && !ports.isEmpty()) {
      mistakes.add(
          network.positionOf(key),
          "'" + key + "' has no meaning with mode = \"none\"",
          "Leave one of the two out; 'sockets' works without a network of its own.");
    }
  }

  private @Nullable List<Located<Integer>> ports(String key) {
    return network.has(key) ? ports(network, key, mistakes) : null;
  }

  /** The ports of an array, each once; none when there is none. */
  static List<Located<Integer>> ports(Section network, String key, Mistakes mistakes) {
    List<Located<Integer>> ports = new ArrayList<>();
    for (TomlValue element : network.elements(key, "an array of port numbers")) {
      if (!(element instanceof TomlValue.Whole number)) {
        network.wrongElement(key, "port numbers", element);
      } else if (number.value() < 1 || number.value() > 65535) {
        mistakes.add(number.at(), number.value() + " is no port", "Ports go from 1 to 65535.");
      } else {
        ports.add(new Located<>((int) number.value(), number.at()));
      }
    }
    return network.withoutRepeats(key, ports, port -> port);
  }

  private void checkAddress(Located<String> socket) {
    String text = socket.value();
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    long port = colon < 0 ? -1 : Quantities.digits(text.substring(colon + 1));
    boolean six = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
    boolean good = six ? isIPv6(host.substring(1, host.length() - 1)) : isIPv4(host);
    if (!good || port < 1 || port > 65535) {
      mistakes.add(
          Problem.of("\"" + text + "\" is no address to listen on")
              .remedy("Write \"0.0.0.0:80\" for IPv4 or \"[::]:80\" for IPv6.")
              .at(socket.at()));
    }
  }

  private static boolean isIPv4(String text) {
    int numbers = 0;
    int from = 0;
    while (from <= text.length()) {
      int dot = text.indexOf('.', from);
      int to = dot < 0 ? text.length() : dot;
      long number = to - from > 3 ? -1 : Quantities.digits(text.substring(from, to));
      if (number < 0 || number > 255) {
        return false;
      }
      numbers++;
      from = to + 1;
    }
    return numbers == 4;
  }

  /** Groups of up to four hexadecimal digits, one gap at most (RFC 4291, 2.2). */
  private static boolean isIPv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text) == 8;
    }
    int before = gap == 0 ? 0 : groups(text.substring(0, gap));
    int after = gap + 2 == text.length() ? 0 : groups(text.substring(gap + 2));
    return before >= 0 && after >= 0 && before + after < 8;
  }

  /** How many groups; -1 when one is wrong. */
  private static int groups(String text) {
    int groups = 0;
    int digits = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ':') {
        if (digits == 0) {
          return -1;
        }
        groups++;
        digits = 0;
      } else if (c > 'f' || Character.digit(c, 16) < 0 || ++digits > 4) {
        return -1;
      }
    }
    return digits == 0 ? -1 : groups + 1;
  }
}
