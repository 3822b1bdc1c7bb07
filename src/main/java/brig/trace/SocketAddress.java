package brig.trace;

import brig.linux.FileNames;

/** A {@code struct sockaddr} as a process gives it: unix(7), ip(7), ipv6(7). */
public record SocketAddress(Kind kind, String text) {
  /** Whether the text is a path. */
  public enum Kind {
    PATH,
    ADDRESS
  }

  /** {@code sun_path} has 108 bytes; the kernel takes no more. */
  static final int LONGEST = 110;

  private static final int AF_UNSPEC = 0;
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int AF_NETLINK = 16;

  static SocketAddress of(byte[] bytes) {
    if (bytes.length < 2) {
      return new SocketAddress(Kind.ADDRESS, "");
    }
    int family = (bytes[0] & 0xFF) | (bytes[1] & 0xFF) << 8;
    return switch (family) {
      case AF_UNSPEC -> new SocketAddress(Kind.ADDRESS, "none");
      case AF_UNIX -> unix(bytes);
      case AF_INET -> bytes.length < 8 ? cut(family) : inet(bytes);
      case AF_INET6 -> bytes.length < 24 ? cut(family) : inet6(bytes);
      case AF_NETLINK -> new SocketAddress(Kind.ADDRESS, "netlink");
      default -> cut(family);
    };
  }

  private static SocketAddress cut(int family) {
    return new SocketAddress(Kind.ADDRESS, "family " + family);
  }

  private static SocketAddress unix(byte[] bytes) {
    if (bytes.length == 2) {
      return new SocketAddress(Kind.ADDRESS, "unnamed");
    }
    if (bytes[2] == 0) { // abstract: all bytes count, NULs as well
      return new SocketAddress(Kind.ADDRESS, "@" + FileNames.decode(bytes, 3, bytes.length));
    }
    int end = 2;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new SocketAddress(Kind.PATH, FileNames.decode(bytes, 2, end));
  }

  private static int port(byte[] bytes) {
    return (bytes[2] & 0xFF) << 8 | (bytes[3] & 0xFF);
  }

  private static SocketAddress inet(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 4; i < 8; i++) {
      text.append(i == 4 ? "" : ".").append(bytes[i] & 0xFF);
    }
    return new SocketAddress(Kind.ADDRESS, text.append(':').append(port(bytes)).toString());
  }

  private static SocketAddress inet6(byte[] bytes) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[8 + 2 * i] & 0xFF) << 8 | (bytes[9 + 2 * i] & 0xFF);
    }
    return new SocketAddress(Kind.ADDRESS, "[" + ipv6(groups) + "]:" + port(bytes));
  }

  /**
   * As RFC 5952 writes it: the longest run of zeros, two groups at least, as {@code ::}.
   *
   * @param groups eight of 16 bits
   */
  public static String ipv6(int[] groups) {
    int best = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > bestLength) {
        best = i;
        bestLength = end - i;
      }
      i = Math.max(i, end - 1);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == best) {
        text.append("::");
        i += bestLength - 1;
      } else {
        text.append(i == 0 || i == best + bestLength ? "" : ":");
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
