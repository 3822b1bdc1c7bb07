package brig.audit.rules;

import brig.linux.Stat;

/** Modes and types as a person reads them. */
final class Modes {
  private Modes() {}

  /** The permission bits: {@code 0755}. */
  static String octal(int mode) {
    String digits = Integer.toOctalString(mode & 07777);
    return "0".repeat(4 - Math.min(4, digits.length())) + digits;
  }

  static String type(Stat stat) {
    return switch (stat.type()) {
      case Stat.S_IFREG -> "a file";
      case Stat.S_IFDIR -> "a directory";
      case Stat.S_IFLNK -> "a symbolic link";
      case Stat.S_IFCHR -> "a character device " + device(stat);
      case Stat.S_IFBLK -> "a block device " + device(stat);
      case Stat.S_IFIFO -> "a FIFO";
      default -> "a socket";
    };
  }

  /** {@code 1:3}. */
  static String device(Stat stat) {
    return (stat.special() >>> 32) + ":" + (stat.special() & 0xFFFFFFFFL);
  }

  static String owner(int uid, int gid) {
    return Integer.toUnsignedString(uid) + ":" + Integer.toUnsignedString(gid);
  }
}
