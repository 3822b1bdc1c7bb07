package brig.launch;

import brig.linux.Architecture;
import brig.linux.BpfProgram;
import brig.linux.Errno;
import brig.linux.SyscallNames;
import brig.report.Position;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.util.ArrayList;
import java.util.List;

/**
 * The second filter of a server that has gone into its jail by itself. The default one, which it
 * was started with, let it change its root; nothing that runs in it from here on starts a program,
 * changes what it is, or makes a name: it reads files and answers.
 */
public final class ServerFilter {
  /** Beyond the default filter: to go in, and to open a file without ever leaving a root. */
  public static final List<String> BEFORE = List.of("chroot", "openat2");

  private static final List<String> REFUSED =
      List.of(
          "chroot",
          "execve",
          "execveat",
          "fork",
          "vfork",
          "setuid",
          "setgid",
          "setreuid",
          "setregid",
          "setresuid",
          "setresgid",
          "setfsuid",
          "setfsgid",
          "setgroups",
          "capset",
          "bind",
          "listen",
          "creat",
          "truncate",
          "mkdir",
          "mkdirat",
          "rmdir",
          "unlink",
          "unlinkat",
          "rename",
          "renameat",
          "renameat2",
          "link",
          "linkat",
          "symlink",
          "symlinkat",
          "mknod",
          "mknodat",
          "chmod",
          "fchmod",
          "fchmodat",
          "fchmodat2",
          "chown",
          "fchown",
          "lchown",
          "fchownat",
          "setxattr",
          "lsetxattr",
          "fsetxattr",
          "removexattr",
          "lremovexattr",
          "fremovexattr",
          "utimensat");

  private ServerFilter() {}

  /** The default filter, for a server that is to change its root by itself, and nothing more. */
  public static BpfProgram beforeEntering() {
    List<Located<String>> calls = new ArrayList<>();
    for (String call : BEFORE) {
      calls.add(new Located<>(call, new Position("", 1, 1)));
    }
    return CallFilter.of(
        new JailSpec.SeccompPolicy(true, calls, List.of()), Architecture.current(), false);
  }

  /** For a thread that has no more to do outside. */
  public static BpfProgram afterEntering() {
    return afterEntering(Architecture.current());
  }

  static BpfProgram afterEntering(Architecture architecture) {
    SyscallNames names = SyscallNames.of(architecture);
    BpfProgram program =
        new BpfProgram()
            .load(BpfProgram.ARCH)
            .unlessEqual(architecture.auditArch(), 1)
            .answer(BpfProgram.KILL_PROCESS)
            .load(BpfProgram.NR);
    for (String name : REFUSED) {
      Integer number = names.number(name);
      if (number != null) {
        program.ifEqual(number, 1).answer(BpfProgram.errno(Errno.EPERM));
      }
    }
    return program.answer(BpfProgram.ALLOW);
  }
}
