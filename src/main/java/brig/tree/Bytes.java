package brig.tree;

/** Sizes as a person reads them. */
public final class Bytes {
  private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

  private Bytes() {}

  /** Powers of 1000, one digit after the point: {@code 71.6 MB}. */
  public static String text(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    long unit = 1000;
    int name = 0;
    while (name < UNITS.length - 1 && (bytes * 10 + unit / 2) / unit >= 10_000) {
      unit *= 1000;
      name++;
    }
    long tenths = bytes / unit * 10 + (bytes % unit * 10 + unit / 2) / unit;
    return tenths / 10 + "." + tenths % 10 + " " + UNITS[name];
  }
}
