package brig.spec;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** {@code filesystem = { size = "200M" }}: a file system of the jail's own. */
final class FilesystemReader {
  /** Below this little is left beside a journal. */
  private static final long LEAST = 16L << 20;

  private static final long MOST = 1L << 44; // 16T, what ext4 has without its option 64bit

  private final Section top;
  private final Mistakes mistakes;

  FilesystemReader(Section top, Mistakes mistakes) {
    this.top = top;
    this.mistakes = mistakes;
  }

  JailSpec.@Nullable Filesystem read() {
    Section section = top.section("filesystem");
    if (!top.isTable("filesystem")) {
      return null;
    }
    Located<String> text = section.numberOrText("size");
    if (text == null) {
      if (!section.has("size")) {
        mistakes.addMissing(
            top.positionOf("filesystem"),
            "'size' is missing in filesystem",
            "Write filesystem = { size = \"200M\" }.");
      }
      return null;
    }
    OptionalLong size = Quantities.size(text.value());
    if (size.isEmpty() || size.getAsLong() < LEAST || size.getAsLong() > MOST) {
      mistakes.add(
          text.at(),
          "\"" + text.value() + "\" is no size for a file system",
          "Write a number with M or G, from 16M to 16T: \"200M\".");
      return null;
    }
    return new JailSpec.Filesystem(size.getAsLong(), text.at());
  }
}
