package brig.plan.loader;

import brig.elf.ElfFile;
import org.jspecify.annotations.Nullable;

/**
 * A file as the loader meets it.
 *
 * @param path as it was found, links not resolved
 * @param device and {@code inode} of the file itself, links followed: the loader maps none twice
 * @param elf null where it is no proper ELF file
 * @param problem why it is none, in the loader's words; null where it is one
 * @param malformed it begins as an ELF file all the same
 */
record DiskFile(
    String path,
    long device,
    long inode,
    @Nullable ElfFile elf,
    @Nullable String problem,
    boolean malformed) {

  /** The directory of the path as it was found: what $ORIGIN stands for in a library. */
  String directory() {
    return directoryOf(path);
  }

  boolean sameFile(DiskFile other) {
    return inode == other.inode && device == other.device;
  }

  static String directoryOf(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }
}
