package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A fence around the calling thread and its later children: landlock(7). */
public final class Landlock implements AutoCloseable {
  // linux/landlock.h; the first thirteen are ABI 1 (Linux 5.13).
  public static final long EXECUTE = 1;
  public static final long WRITE_FILE = 1 << 1;
  public static final long READ_FILE = 1 << 2;
  public static final long READ_DIR = 1 << 3;
  public static final long REMOVE_DIR = 1 << 4;
  public static final long REMOVE_FILE = 1 << 5;
  public static final long MAKE_CHAR = 1 << 6;
  public static final long MAKE_DIR = 1 << 7;
  public static final long MAKE_REG = 1 << 8;
  public static final long MAKE_SOCK = 1 << 9;
  public static final long MAKE_FIFO = 1 << 10;
  public static final long MAKE_BLOCK = 1 << 11;
  public static final long MAKE_SYM = 1 << 12;

  /** ABI 2, Linux 5.19. */
  public static final long REFER = 1 << 13;

  /** ABI 3, Linux 6.2. */
  public static final long TRUNCATE = 1 << 14;

  /** ABI 5, Linux 6.10. */
  public static final long IOCTL_DEV = 1 << 15;

  /** What a rule for something that is not a directory may grant. */
  public static final long OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV;

  /** ABI 4, Linux 6.7. */
  public static final long BIND_TCP = 1;

  public static final long CONNECT_TCP = 2;

  /** ABI 6, Linux 6.12. */
  public static final long SCOPE_ABSTRACT_UNIX_SOCKET = 1;

  public static final long SCOPE_SIGNAL = 2;

  private static final int CREATE_RULESET_VERSION = 1;
  private static final int RULESET_SIZE = 24;
  private static final int RULE_PATH_BENEATH = 1;
  private static final int RULE_NET_PORT = 2;

  private final Fd ruleset;
  private final long handledFiles;

  private Landlock(Fd ruleset, long handledFiles) {
    this.ruleset = ruleset;
    this.handledFiles = handledFiles;
  }

  /** The version of the kernel's Landlock; 0 where there is none or it is switched off. */
  public static int abi() {
    long result = JailKernel.landlock_create_ruleset(0, 0, CREATE_RULESET_VERSION);
    return result < 0 ? 0 : (int) result;
  }

  /** Every right over files that this version can withhold. */
  public static long fileRights(int abi) {
    long rights = (1L << 13) - 1;
    if (abi >= 2) {
      rights |= REFER;
    }
    if (abi >= 3) {
      rights |= TRUNCATE;
    }
    if (abi >= 5) {
      rights |= IOCTL_DEV;
    }
    return rights;
  }

  /** A fence that withholds these rights, but where rules grant them. */
  public static Landlock create(long files, long net, long scoped) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment attributes = rulesetAttributes(memory, files, net, scoped);
      // A kernel that knows a shorter struct takes this one while the rest is zero.
      long fd = JailKernel.landlock_create_ruleset(attributes.address(), RULESET_SIZE, 0);
      return new Landlock(
          Fd.of((int) LinuxException.check(fd, "landlock_create_ruleset", null), "the ruleset"),
          files);
    }
  }

  // struct landlock_ruleset_attr { u64 handled_access_fs, handled_access_net, scoped; }
  static MemorySegment rulesetAttributes(Scratch memory, long files, long net, long scoped) {
    MemorySegment attributes = memory.bytes(RULESET_SIZE);
    attributes.set(ValueLayout.JAVA_LONG, 0, files);
    attributes.set(ValueLayout.JAVA_LONG, 8, net);
    attributes.set(ValueLayout.JAVA_LONG, 16, scoped);
    return attributes;
  }

  /** Grants rights over a file, or over a directory and all below; what is not withheld is free. */
  public void allow(Fd place, long rights) throws LinuxException {
    long granted = rights & handledFiles;
    if (!place.stat().isDirectory()) {
      granted &= OF_FILES;
    }
    try (Scratch memory = Scratch.take()) {
      MemorySegment rule = pathBeneath(memory, granted, place.number());
      addRule(RULE_PATH_BENEATH, rule, place.path());
    }
  }

  // struct landlock_path_beneath_attr { u64 allowed_access; s32 parent_fd; } packed
  static MemorySegment pathBeneath(Scratch memory, long rights, int fd) {
    MemorySegment rule = memory.bytes(12);
    rule.set(ValueLayout.JAVA_LONG, 0, rights);
    rule.set(ValueLayout.JAVA_INT, 8, fd);
    return rule;
  }

  public void allowPort(int port, long rights) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      addRule(RULE_NET_PORT, netPort(memory, rights, port), "port " + port);
    }
  }

  // struct landlock_net_port_attr { u64 allowed_access, port; }
  static MemorySegment netPort(Scratch memory, long rights, int port) {
    MemorySegment rule = memory.bytes(16);
    rule.set(ValueLayout.JAVA_LONG, 0, rights);
    rule.set(ValueLayout.JAVA_LONG, 8, port);
    return rule;
  }

  private void addRule(int type, MemorySegment rule, String what) throws LinuxException {
    LinuxException.check(
        JailKernel.landlock_add_rule(ruleset.number(), type, rule.address(), 0),
        "landlock_add_rule",
        what);
  }

  /** The rules, for another process to be handed. */
  public Fd ruleset() {
    return ruleset;
  }

  /** Puts the fence up, for good. */
  public void restrict() throws LinuxException {
    LinuxException.check(
        JailKernel.landlock_restrict_self(ruleset.number(), 0), "landlock_restrict_self", null);
  }

  @Override
  public void close() {
    ruleset.close();
  }
}
