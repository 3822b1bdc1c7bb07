package brig.audit.rules;

import brig.linux.Stat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Device nodes that a jail may have, by their numbers (admin-guide/devices.txt of Linux). */
final class Devices {
  private static final Map<String, Long> KNOWN =
      Map.of(
          "null", number(1, 3),
          "zero", number(1, 5),
          "full", number(1, 7),
          "random", number(1, 8),
          "urandom", number(1, 9),
          "tty", number(5, 0),
          "ptmx", number(5, 2));

  private Devices() {}

  private static long number(long major, long minor) {
    return major << 32 | minor;
  }

  /** What a name in /dev has to stand for; null for a name that says nothing. */
  static @Nullable Long named(String name) {
    return KNOWN.get(name);
  }

  static boolean isDevice(Stat stat) {
    return stat.type() == Stat.S_IFCHR || stat.type() == Stat.S_IFBLK;
  }

  /** Null, zero, full, random, urandom, the process's own terminal, its pseudo-terminals. */
  static boolean isHarmless(Stat stat) {
    return stat.type() == Stat.S_IFCHR && (KNOWN.containsValue(stat.special()) || isPts(stat));
  }

  private static boolean isPts(Stat stat) {
    long major = stat.special() >>> 32;
    return major >= 136 && major <= 143;
  }

  /** A terminal that may be somebody else's. */
  static boolean isTerminal(Stat stat) {
    long major = stat.special() >>> 32;
    return stat.type() == Stat.S_IFCHR
        && (isPts(stat) || major == 4 || stat.special() == number(5, 1));
  }

  /** What it gives access to, where that is the whole machine; null for others. */
  static @Nullable String danger(Stat stat) {
    if (stat.type() == Stat.S_IFBLK) {
      return "whoever opens it reads or writes a disk, past all modes and owners";
    }
    long major = stat.special() >>> 32;
    return switch ((int) (stat.special() & 0xFFFFFFFFL)) {
      case 1, 2, 4 -> major == 1 ? "it is the memory or the ports of the machine" : null;
      case 11 -> major == 1 ? "it is the kernel's log" : null;
      default -> null;
    };
  }
}
