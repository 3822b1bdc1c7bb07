package brig.plan.loader;

import java.io.IOException;

/** What $ORIGIN stands for. */
final class Origin {
  private Origin() {}

  /**
   * A program's own directory with all links resolved, since the loader asks /proc/self/exe
   * (elf/dl-origin.c); for a library, the directory in which it was found, as it was written
   * (elf/dl-object.c).
   */
  static String of(Mapped object, HostFiles files) throws IOException {
    boolean executed = object.loader() == null && object.elf().interpreter() != null;
    String path = object.file().path();
    return DiskFile.directoryOf(executed ? files.realPath(path) : path);
  }
}
