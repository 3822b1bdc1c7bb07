package brig.tree;

import brig.report.Problem;
import java.util.List;

/**
 * What a build did.
 *
 * @param generation the current generation now
 * @param before the generation that was current before; 0 when the new one is all anew
 * @param changed false: it was current before, and nothing was written
 * @param files in the tree; {@code links} symbolic, {@code bytes} the files' sizes; of a sync of
 *     contents alone only {@code files} is known
 * @param paths what is another than before, or gone; empty when all is anew
 * @param nanos how long it took
 * @param mounts how many mounts a start makes of the files; -1: they are copied
 */
public record BuildResult(
    String jail,
    int generation,
    int before,
    boolean changed,
    int files,
    int links,
    long bytes,
    List<String> paths,
    long nanos,
    List<Problem> warnings,
    int mounts) {
  public BuildResult(
      String jail,
      int generation,
      int before,
      boolean changed,
      int files,
      int links,
      long bytes,
      List<String> paths,
      long nanos,
      List<Problem> warnings) {
    this(jail, generation, before, changed, files, links, bytes, paths, nanos, warnings, -1);
  }

  /** One line: {@code www: generation 1: 191 files, 48 links, 71.6 MB in 140 ms}. */
  public String text() {
    StringBuilder text = new StringBuilder(jail);
    if (!changed) {
      return text.append(": nothing changed (generation ")
          .append(generation)
          .append(')')
          .toString();
    }
    text.append(": generation ").append(generation).append(": ");
    if (before > 0) {
      text.append(paths.size()).append(paths.size() == 1 ? " change" : " changes");
      text.append(" to generation ").append(before).append(", ");
      text.append(files).append(files == 1 ? " file, in " : " files, in ");
      return text.append(millis()).append(" ms").toString();
    }
    text.append(files).append(files == 1 ? " file, " : " files, ");
    text.append(links).append(links == 1 ? " link, " : " links, ");
    if (mounts >= 0) {
      text.append("nothing copied, ").append(mounts).append(mounts == 1 ? " mount" : " mounts");
      return text.append(" at a start, planned in ").append(millis()).append(" ms").toString();
    }
    text.append(Bytes.text(bytes)).append(" in ");
    return text.append(millis()).append(" ms").toString();
  }

  private long millis() {
    return (nanos + 500_000) / 1_000_000;
  }
}
