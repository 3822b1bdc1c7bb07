package brig.web.file;

import brig.linux.Fd;
import brig.linux.Stat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * One state of a file, as HTTP names it.
 *
 * @param etag strong (RFC 9110, 8.8.3): time and size, and the encoding if it has one
 * @param modifiedSeconds since 1970; {@code lastModified} is the same as a date
 */
record Version(
    long device,
    long inode,
    long size,
    long modifiedNanos,
    String etag,
    long modifiedSeconds,
    String lastModified) {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  static Version of(Stat stat, String encoding) {
    long seconds = Math.floorDiv(stat.modifiedNanos(), 1_000_000_000L);
    return new Version(
        stat.device(),
        stat.inode(),
        stat.size(),
        stat.modifiedNanos(),
        "\""
            + Long.toHexString(stat.modifiedNanos() / 1000)
            + "-"
            + Long.toHexString(stat.size())
            + (encoding.isEmpty() ? "" : "-" + encoding)
            + "\"",
        seconds,
        DATE.format(Instant.ofEpochSecond(seconds)));
  }

  boolean is(Stat stat) {
    return stat.device() == device
        && stat.inode() == inode
        && stat.size() == size
        && stat.modifiedNanos() == modifiedNanos;
  }

  static final int OPEN = Fd.O_RDONLY | Fd.O_NONBLOCK;
}
