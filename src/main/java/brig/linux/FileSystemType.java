package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** What kind of file system a file is on, as statfs(2) numbers them (linux/magic.h). */
public final class FileSystemType {
  private static final int STATFS_SIZE = 120;

  private FileSystemType() {}

  public static int of(Fd file) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment s = memory.bytes(STATFS_SIZE);
      LinuxException.check(FileKernel.fstatfs(file.number(), s.address()), "statfs", file.path());
      return (int) s.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /** The name of one whose files are the kernel's own data and no storage; null for others. */
  public static @Nullable String pseudo(int type) {
    return switch (type) {
      case 0x9fa0 -> "proc";
      case 0x62656572 -> "sysfs";
      case 0x1cd1 -> "devpts";
      case 0x27e0eb -> "cgroup";
      case 0x63677270 -> "cgroup2";
      case 0x64626720 -> "debugfs";
      case 0x74726163 -> "tracefs";
      case 0x73636673 -> "securityfs";
      case 0xcafe4a11 -> "bpf";
      case 0x42494e4d -> "binfmt_misc";
      case 0x65735543 -> "fusectl";
      case 0x62656570 -> "configfs";
      case 0x6165676c -> "pstore";
      case 0xde5e81e4 -> "efivarfs";
      case 0x19800202 -> "mqueue";
      case 0x0187 -> "autofs";
      case 0xf97cff8c -> "selinuxfs";
      default -> null;
    };
  }

  /**
   * The name of one that another process or machine answers for, and may never; null for others.
   */
  public static @Nullable String remote(int type) {
    return switch (type) {
      case 0x65735546 -> "fuse";
      case 0x6969 -> "nfs";
      case 0xff534d42 -> "cifs";
      case 0xfe534d42 -> "smb3";
      case 0x517b -> "smb";
      case 0x01021997 -> "9p";
      case 0x5346414f -> "afs";
      case 0x00c36400 -> "ceph";
      default -> null;
    };
  }
}
