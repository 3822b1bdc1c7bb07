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
  private Spare() {}

  /**
   * The manifest of the spare generation, when the next one can be made of it; else there is no
   * spare generation afterwards.
   *
   * @param like the head of the current one: another seal or time is on every name of the tree
   */
  static @Nullable ManifestLines find(JailDirectory jail, ManifestHead like, long modifiedNanos)
      throws LinuxException {
    try (Fd spare = jail.spare()) {
      if (spare == null) {
        return null;
      }
      ManifestLines lines = usable(spare, like, modifiedNanos);
      if (lines == null) {
        jail.removeSpare();
      }
      return lines;
    }
  }

  private static @Nullable ManifestLines usable(Fd spare, ManifestHead like, long modifiedNanos)
      throws LinuxException {
    byte[] text = Generations.read(spare.path() + "/" + Manifest.FILE);
    try {
      ManifestLines lines = text == null ? null : ManifestLines.of(text);
      if (lines == null
          || !lines.head().seal().equals(like.seal())
          || lines.head().modifiedNanos() != modifiedNanos
          || spare.statAt("root") == null
          || !Kept.in(spare.path() + "/root", lines).isEmpty()) {
        return null;
      }
      return lines;
    } catch (BrokenException e) {
      return null;
    }
  }
}
