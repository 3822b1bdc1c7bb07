package brig.hole.wire;

/**
 * How much one request may hold before anything of it is judged.
 *
 * @param values the most frames {@code A}
 * @param valueBytes the most bytes of all their values together
 * @param sections the most input sections
 * @param inputBytes the most bytes of all input sections together
 */
public record Caps(int values, int valueBytes, int sections, int inputBytes) {
  /** 100 values of 256 KiB together, 16 sections of 8 MiB together. */
  public static final Caps USUAL = new Caps(100, 256 << 10, 16, 8 << 20);
}
