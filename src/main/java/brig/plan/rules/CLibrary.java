package brig.plan.rules;

import brig.plan.PlannedFile;
import org.jspecify.annotations.Nullable;

/** Which C library is in the plan, and where: many rules wait for one. */
final class CLibrary {
  private @Nullable PlannedFile glibc;
  private boolean musl;

  void saw(PlannedFile file) {
    String name = file.name();
    if (name.equals("libc.so.6") && glibc == null) {
      glibc = file;
    } else if (name.startsWith("ld-musl-") || name.startsWith("libc.musl-")) {
      musl = true;
    }
  }

  boolean any() {
    return glibc != null || musl;
  }

  /** glibc's libc.so.6; null when no program of the jail uses it. */
  @Nullable PlannedFile glibc() {
    return glibc;
  }

  /** The directory of a file. */
  static String directoryOf(PlannedFile file) {
    return file.path().substring(0, file.path().lastIndexOf('/'));
  }
}
