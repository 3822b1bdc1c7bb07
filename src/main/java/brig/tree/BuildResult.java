package brig.tree;

import brig.report.Problem;
import java.util.List;

/**
 * What a build did.
 *
 * @param generation the current generation now
 * @param changed false: it was current before, and nothing was written
 * @param files copied or generated; {@code links} symbolic, {@code bytes} the files' sizes
 * @param nanos how long it took
 */
public record BuildResult(
    String jail,
    int generation,
    boolean changed,
    int files,
    int links,
    long bytes,
    long nanos,
    List<Problem> warnings) {

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
    text.append(files).append(files == 1 ? " file, " : " files, ");
    text.append(links).append(links == 1 ? " link, " : " links, ");
    text.append(Bytes.text(bytes)).append(" in ");
    return text.append((nanos + 500_000) / 1_000_000).append(" ms").toString();
  }
}
