package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.tree.ManifestParser.BrokenException;
import org.jspecify.annotations.Nullable;

/**
 * The generation that was given up last. It differs from the current one in what the last few syncs
 * changed, so that making the next one of it costs what changed, not what is there.
 */
final class Spare {
  private final JailDirectory jail;
  private final boolean there;
  private final @Nullable ManifestLines lines;

  private Spare(JailDirectory jail, boolean there, @Nullable ManifestLines lines) {
    this.jail = jail;
    this.there = there;
    this.lines = lines;
  }

  /** Looks whether there is one, and whether it is as it was built. */
  static Spare look(JailDirectory jail) throws LinuxException {
    try (Fd spare = jail.spare()) {
      return new Spare(jail, spare != null, spare == null ? null : untouched(spare));
    }
  }

  private static @Nullable ManifestLines untouched(Fd spare) throws LinuxException {
    byte[] text = Generations.read(spare.path() + "/" + Manifest.FILE);
    try {
      ManifestLines lines = text == null ? null : ManifestLines.of(text);
      return lines != null
              && spare.statAt("root") != null
              && Kept.in(spare.path() + "/root", lines).isEmpty()
          ? lines
          : null;
    } catch (BrokenException e) {
      return null;
    }
  }

  /**
   * Its manifest, when the next generation can be made of it; else there is no spare generation
   * afterwards.
   *
   * @param like the head of the current one: another seal or time is on every name of the tree
   */
  @Nullable ManifestLines usable(ManifestHead like, long modifiedNanos) throws LinuxException {
    if (lines != null
        && lines.head().seal().equals(like.seal())
        && lines.head().modifiedNanos() == modifiedNanos) {
      return lines;
    }
    if (there) {
      jail.removeSpare();
    }
    return null;
  }
}
