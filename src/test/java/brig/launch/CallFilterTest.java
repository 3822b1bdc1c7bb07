package brig.launch;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.Architecture;
import brig.linux.BpfProgram;
import brig.linux.Errno;
import brig.linux.SyscallNames;
import brig.report.Position;
import brig.spec.JailSpec.SeccompPolicy;
import brig.spec.Located;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the filter answers, asked of its instructions as the kernel would run them. */
class CallFilterTest {
  private static final SeccompPolicy DEFAULT = new SeccompPolicy(true, List.of(), List.of());

  private static int ask(
      SeccompPolicy policy, Architecture architecture, boolean ownPids, String name, long... args) {
    Integer number = SyscallNames.of(architecture).number(name);
    assertThat(number).as(name).isNotNull();
    return CallFilter.of(policy, architecture, ownPids).run(number, architecture.auditArch(), args);
  }

  private static String answer(Architecture architecture, String name, long... args) {
    return text(ask(DEFAULT, architecture, true, name, args));
  }

  private static String text(int answer) {
    return switch (answer) {
      case BpfProgram.ALLOW -> "allowed";
      case BpfProgram.KILL_PROCESS -> "killed";
      default -> Errno.of(answer & 0xFFFF).name();
    };
  }

  @ParameterizedTest
  @EnumSource
  void whatNoServiceNeedsIsRefused(Architecture architecture) {
    for (String name :
        List.of(
            "mount",
            "umount2",
            "pivot_root",
            "chroot",
            "open_tree",
            "move_mount",
            "fsopen",
            "fsconfig",
            "fsmount",
            "fspick",
            "mount_setattr",
            "open_tree_attr",
            "setns",
            "ptrace",
            "process_vm_readv",
            "process_vm_writev",
            "pidfd_getfd",
            "kcmp",
            "bpf",
            "keyctl",
            "add_key",
            "request_key",
            "kexec_load",
            "init_module",
            "finit_module",
            "delete_module",
            "open_by_handle_at",
            "perf_event_open",
            "userfaultfd",
            "io_uring_setup",
            "io_uring_enter",
            "io_uring_register",
            "quotactl",
            "reboot",
            "swapon",
            "swapoff",
            "acct",
            "syslog",
            "settimeofday",
            "clock_settime",
            "adjtimex",
            "clock_adjtime")) {
      assertThat(answer(architecture, name)).as(name).isEqualTo("EPERM");
    }
    assertThat(answer(architecture, "clone3")).isEqualTo("ENOSYS");
    assertThat(answer(architecture, "openat2")).isEqualTo("ENOSYS");
  }

  @ParameterizedTest
  @EnumSource
  void whatServicesLiveOnIsAllowed(Architecture architecture) {
    for (String name :
        List.of(
            "read",
            "write",
            "execve",
            "exit_group",
            "futex",
            "mmap",
            "socket",
            "accept4",
            "bind",
            "epoll_pwait",
            "shmget",
            "shmat",
            "setresuid",
            "setgroups",
            "prctl",
            "seccomp",
            "landlock_restrict_self",
            "close_range",
            "name_to_handle_at",
            "pidfd_open",
            "wait4",
            "statx",
            "getrandom",
            "memfd_create",
            "ftruncate",
            "fchownat",
            "rt_sigaction")) {
      assertThat(answer(architecture, name)).as(name).isEqualTo("allowed");
    }
  }

  @ParameterizedTest
  @EnumSource
  void argumentsDecideWhereACallHasTwoSides(Architecture architecture) {
    assertThat(answer(architecture, "clone", 0x01200011)).isEqualTo("allowed"); // fork
    assertThat(answer(architecture, "clone", 0x3D0F00)).isEqualTo("allowed"); // a thread
    for (long ns :
        new long[] {0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000}) {
      assertThat(answer(architecture, "clone", ns | 17)).isEqualTo("EPERM");
      assertThat(answer(architecture, "unshare", ns)).isEqualTo("EPERM");
    }
    assertThat(answer(architecture, "unshare", 0x80)).isEqualTo("EPERM");
    assertThat(answer(architecture, "unshare", 0x400)).isEqualTo("allowed");
    assertThat(answer(architecture, "ioctl", 0, 0x5401)).isEqualTo("allowed");
    assertThat(answer(architecture, "ioctl", 0, 0x5412)).isEqualTo("EPERM");
    assertThat(answer(architecture, "ioctl", 0, 0x1_00005412L)).isEqualTo("EPERM");
    assertThat(answer(architecture, "ioctl", 0, 0x541C)).isEqualTo("EPERM");
    assertThat(answer(architecture, "personality", 0xFFFFFFFFL)).isEqualTo("allowed");
    assertThat(answer(architecture, "personality", 0x0040000)).isEqualTo("EPERM");
    assertThat(answer(architecture, "socket", 2, 1)).isEqualTo("allowed");
    assertThat(answer(architecture, "socket", 40, 1)).isEqualTo("EPERM");
  }

  @ParameterizedTest
  @EnumSource
  void setIdFilesAndDevicesCannotBeMade(Architecture architecture) {
    assertThat(answer(architecture, "fchmod", 3, 0755)).isEqualTo("allowed");
    assertThat(answer(architecture, "fchmod", 3, 01777)).isEqualTo("allowed");
    assertThat(answer(architecture, "fchmod", 3, 04755)).isEqualTo("EPERM");
    assertThat(answer(architecture, "fchmod", 3, 02755)).isEqualTo("EPERM");
    assertThat(answer(architecture, "fchmodat", -100, 0, 04755)).isEqualTo("EPERM");
    assertThat(answer(architecture, "fchmodat2", -100, 0, 04755)).isEqualTo("EPERM");
    assertThat(answer(architecture, "openat", -100, 0, 0x41, 04755)).isEqualTo("EPERM");
    assertThat(answer(architecture, "openat", -100, 0, 0x410000, 04755)).isEqualTo("EPERM");
    // Without O_CREAT the register may hold anything.
    assertThat(answer(architecture, "openat", -100, 0, 0, 04755)).isEqualTo("allowed");
    assertThat(answer(architecture, "openat", -100, 0, 0x41, 0644)).isEqualTo("allowed");
    assertThat(answer(architecture, "mknodat", -100, 0, 0x1000 | 0600)).isEqualTo("allowed");
    assertThat(answer(architecture, "mknodat", -100, 0, 0xC000 | 0600)).isEqualTo("allowed");
    assertThat(answer(architecture, "mknodat", -100, 0, 0x2000 | 0600)).isEqualTo("EPERM");
    assertThat(answer(architecture, "mknodat", -100, 0, 0x6000 | 0600)).isEqualTo("EPERM");
    assertThat(answer(architecture, "mknodat", -100, 0, 0x8000 | 04755)).isEqualTo("EPERM");
  }

  @ParameterizedTest
  @EnumSource
  void limitsOfOthersAreOutOfReachWhereTheyCanBeNamed(Architecture architecture) {
    assertThat(text(ask(DEFAULT, architecture, false, "prlimit64", 0))).isEqualTo("allowed");
    assertThat(text(ask(DEFAULT, architecture, false, "prlimit64", 1234))).isEqualTo("EPERM");
    assertThat(text(ask(DEFAULT, architecture, true, "prlimit64", 1234))).isEqualTo("allowed");
  }

  @ParameterizedTest
  @EnumSource
  void otherArchitecturesAreKilledAndUnknownCallsAreUnknown(Architecture architecture) {
    BpfProgram filter = CallFilter.of(DEFAULT, architecture, true);
    int i386 = 0x40000003;
    int arm = 0x40000028;
    assertThat(text(filter.run(20, i386))).isEqualTo("killed");
    assertThat(text(filter.run(20, arm))).isEqualTo("killed");
    assertThat(text(filter.run(0x40000000 + 39, architecture.auditArch()))).isEqualTo("ENOSYS");
    assertThat(text(filter.run(470, architecture.auditArch()))).isEqualTo("ENOSYS");
    assertThat(text(filter.run(-1, architecture.auditArch()))).isEqualTo("ENOSYS");
  }

  @ParameterizedTest
  @EnumSource
  void theJailfileAllowsAndDeniesByNameAndDenyWins(Architecture architecture) {
    SeccompPolicy policy =
        new SeccompPolicy(true, names("chroot", "keyctl", "fchmod"), names("keyctl", "socket"));
    assertThat(text(ask(policy, architecture, true, "chroot"))).isEqualTo("allowed");
    assertThat(text(ask(policy, architecture, true, "keyctl"))).isEqualTo("EPERM");
    assertThat(text(ask(policy, architecture, true, "socket", 2))).isEqualTo("EPERM");
    assertThat(text(ask(policy, architecture, true, "fchmod", 3, 04755))).isEqualTo("allowed");
    assertThat(text(ask(policy, architecture, true, "mount"))).isEqualTo("EPERM");
  }

  private static List<Located<String>> names(String... names) {
    return Stream.of(names).map(n -> new Located<>(n, new Position("x.toml", 1, 1))).toList();
  }
}
