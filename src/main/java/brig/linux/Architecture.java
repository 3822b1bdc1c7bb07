package brig.linux;

import java.util.Locale;

/** The machine's architecture: system call numbers and audit names differ between them. */
public enum Architecture {
  X86_64("x86_64", 0xC000003E),
  AARCH64("aarch64", 0xC00000B7);

  private static final Architecture CURRENT = detect();

  private final String machine;
  private final int auditArch;

  Architecture(String machine, int auditArch) {
    this.machine = machine;
    this.auditArch = auditArch;
  }

  private static Architecture detect() {
    String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64" -> AARCH64;
      default ->
          throw new UnsupportedOperationException(
              "Brig runs on x86-64 and aarch64 Linux, not on " + name);
    };
  }

  public static Architecture current() {
    return CURRENT;
  }

  /** As {@code uname -m} prints it. */
  public String machine() {
    return machine;
  }

  /** AUDIT_ARCH_* of linux/audit.h, which seccomp filters compare with. */
  public int auditArch() {
    return auditArch;
  }
}
