package brig.launch;

import brig.linux.Architecture;
import brig.linux.BpfProgram;
import brig.linux.Errno;
import brig.linux.SyscallNames;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.JailSpec.SeccompPolicy;
import brig.spec.Located;
import brig.spec.NearestWord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The default seccomp filter: calls that no service needs and that ways out of a jail, or attacks
 * on the kernel, begin with. They fail with EPERM, as they would for want of a privilege. Programs
 * for another architecture (32-bit ones) are killed at their first call: their calls have other
 * numbers. docs/confinement.md has the list with the reasons.
 */
final class CallFilter {
  /** Refused whatever the arguments. */
  private static final List<String> DENIED =
      List.of(
          // mounts, the old way and the new: B08, B10
          "mount",
          "umount2",
          "pivot_root",
          "chroot", // B01 to B04
          "open_tree",
          "open_tree_attr",
          "move_mount",
          "fsopen",
          "fsconfig",
          "fsmount",
          "fspick",
          "mount_setattr",
          "setns", // B21
          // other processes: B12, B13
          "ptrace",
          "process_vm_readv",
          "process_vm_writev",
          "process_madvise",
          "pidfd_getfd",
          "kcmp",
          "open_by_handle_at", // B22
          // keys: B20
          "keyctl",
          "add_key",
          "request_key",
          // the kernel itself: B32 and others
          "bpf",
          "perf_event_open",
          "userfaultfd",
          "io_uring_setup",
          "io_uring_enter",
          "io_uring_register",
          "kexec_load",
          "kexec_file_load",
          "init_module",
          "finit_module",
          "delete_module",
          "create_module",
          "get_kernel_syms",
          "query_module",
          "lookup_dcookie",
          "nfsservctl",
          "uselib",
          "vserver",
          "_sysctl",
          "modify_ldt",
          "iopl",
          "ioperm",
          // the machine
          "reboot",
          "swapon",
          "swapoff",
          "acct",
          "quotactl",
          "quotactl_fd",
          "syslog",
          "vhangup",
          "sethostname",
          "setdomainname",
          "settimeofday",
          "clock_settime",
          "adjtimex",
          "clock_adjtime");

  /**
   * Answered with ENOSYS, so that programs fall back to calls whose arguments a filter can see:
   * both take them in a struct.
   */
  private static final List<String> UNKNOWN = List.of("clone3", "openat2");

  /** Without these neither the start itself nor any program works. */
  static final Set<String> INDISPENSABLE =
      Set.of(
          "execve",
          "exit",
          "exit_group",
          "clone",
          "vfork",
          "futex",
          "mmap",
          "munmap",
          "mprotect",
          "madvise",
          "brk",
          "close",
          "setsid",
          "rt_sigaction",
          "rt_sigprocmask",
          "rt_sigreturn",
          "getpid",
          "gettid",
          "prlimit64",
          "read",
          "write",
          "pread64");

  // linux/sched.h: all CLONE_NEW*. NEWTIME lies in clone's signal bits: unshare has it alone.
  private static final int CLONE_NEW = 0x7E020000;
  private static final int CLONE_NEWTIME = 0x80;
  private static final int TIOCSTI = 0x5412;
  private static final int TIOCLINUX = 0x541C;
  private static final int SET_IDS = 06000;
  private static final int O_CREAT_OR_TMPFILE = 0x40 | 0x400000;
  private static final int AF_VSOCK = 40;
  private static final int MOST_IN_A_ROW = 4;
  private static final int EPERM = BpfProgram.errno(Errno.EPERM);
  private static final int ENOSYS = BpfProgram.errno(Errno.ENOSYS);

  private final BpfProgram program = new BpfProgram();
  private final SyscallNames names;
  private final Set<String> allowed = new HashSet<>();
  private final Set<String> denied = new HashSet<>();
  private final SortedMap<Integer, BpfProgram> rules = new TreeMap<>();

  private CallFilter(SeccompPolicy policy, Architecture architecture) {
    names = SyscallNames.of(architecture);
    for (Located<String> name : policy.allow()) {
      allowed.add(name.value());
    }
    for (Located<String> name : policy.deny()) {
      denied.add(name.value());
    }
  }

  /** Every name of the policy that no architecture knows, or that cannot be denied. */
  static List<Problem> check(SeccompPolicy policy) {
    return check(policy, !(policy.profile() instanceof JailSpec.Profile.None));
  }

  /**
   * The same.
   *
   * @param more another filter is to be put up after this one
   */
  static List<Problem> check(SeccompPolicy policy, boolean more) {
    List<Problem> problems = new ArrayList<>();
    for (Located<String> name : policy.allow()) {
      checkName(name, problems);
    }
    for (Located<String> name : policy.deny()) {
      checkName(name, problems);
      if (INDISPENSABLE.contains(name.value())) {
        problems.add(
            Problem.of("system call " + name.value() + " cannot be denied")
                .remedy("No program starts without it; take it out of the list.")
                .at(name.at()));
      }
      if (more && name.value().equals("seccomp")) {
        problems.add(
            Problem.of("system call seccomp cannot be denied here")
                .remedy(
                    "A profile, and the tracer of brig learn, are put up by it; a profile without"
                        + " it refuses it to the service.")
                .at(name.at()));
      }
    }
    return problems;
  }

  /** Whether some architecture has a call of that name; says so if not. */
  static boolean checkName(Located<String> name, List<Problem> problems) {
    boolean exists = SyscallNames.exists(name.value());
    if (!exists) {
      String nearest = NearestWord.to(name.value(), SyscallNames.current().names());
      problems.add(
          Problem.of("there is no system call '" + name.value() + "'")
              .remedy(nearest == null ? "See syscalls(2)." : "Did you mean '" + nearest + "'?")
              .at(name.at()));
    }
    return exists;
  }

  /**
   * @param ownPids the jail has a pid namespace, so that no process outside can be named
   */
  static BpfProgram of(SeccompPolicy policy, Architecture architecture, boolean ownPids) {
    CallFilter filter = new CallFilter(policy, architecture);
    filter.build(architecture, ownPids);
    return filter.program;
  }

  private void build(Architecture architecture, boolean ownPids) {
    for (String name : denied) {
      refuse(name, EPERM);
    }
    creating("openat", 2, 3);
    creating("open", 1, 2);
    terminalInput();
    anyBit("clone", 0, CLONE_NEW);
    anyBit("unshare", 0, CLONE_NEW | CLONE_NEWTIME); // B31
    anyBit("creat", 1, SET_IDS); // set-id files are not to be planted: B25
    anyBit("chmod", 1, SET_IDS);
    anyBit("fchmod", 1, SET_IDS);
    anyBit("fchmodat", 2, SET_IDS);
    anyBit("fchmodat2", 2, SET_IDS);
    makingNodes("mknod", 1);
    makingNodes("mknodat", 2);
    personality();
    sockets();
    if (!ownPids) {
      limitsOfOthers();
    }
    for (String name : UNKNOWN) {
      if (!allowed.contains(name)) {
        refuse(name, ENOSYS);
      }
    }
    for (String name : DENIED) {
      if (!allowed.contains(name)) {
        refuse(name, EPERM);
      }
    }
    program
        .load(BpfProgram.ARCH)
        .unlessEqual(architecture.auditArch(), 1)
        .answer(BpfProgram.KILL_PROCESS)
        .load(BpfProgram.NR)
        // Beyond the table lie calls of a later kernel, which nobody has judged, and on x86-64 the
        // x32 calls (bit 30), which go round a filter for the native numbers: as on an older
        // kernel.
        .ifGreater(names.last(), 1)
        .answer(ENOSYS)
        .append(search(new ArrayList<>(rules.entrySet())));
  }

  /**
   * The rules, found by halves. When a filter is installed the kernel runs it for every number
   * there is, to know those that it always allows (seccomp_cache_prepare): one rule after the other
   * that was most of what an installation cost, and a program of a web server installs it at each
   * request.
   */
  private static BpfProgram search(List<Map.Entry<Integer, BpfProgram>> rules) {
    BpfProgram found = new BpfProgram();
    if (rules.size() <= MOST_IN_A_ROW) {
      for (Map.Entry<Integer, BpfProgram> rule : rules) {
        found.ifEqual(rule.getKey(), rule.getValue().size()).append(rule.getValue());
      }
      return found.answer(BpfProgram.ALLOW);
    }
    int half = rules.size() / 2;
    BpfProgram lower = search(rules.subList(0, half));
    return found
        .ifGreater(rules.get(half).getKey() - 1, 1)
        .skip(lower.size())
        .append(lower)
        .append(search(rules.subList(half, rules.size())));
  }

  private void refuse(String name, int answer) {
    BpfProgram rule = begin(names.number(name));
    if (rule != null) {
      rule.answer(answer);
    }
  }

  /** The rule of one call, which must end with an answer; null when it has none, or one already. */
  private @Nullable BpfProgram begin(String name) {
    return allowed.contains(name) ? null : begin(names.number(name));
  }

  private @Nullable BpfProgram begin(@Nullable Integer number) {
    if (number == null || rules.containsKey(number)) {
      return null;
    }
    BpfProgram rule = new BpfProgram();
    rules.put(number, rule);
    return rule;
  }

  private void anyBit(String name, int argument, int bits) {
    BpfProgram rule = begin(name);
    if (rule != null) {
      rule.load(BpfProgram.argument(argument))
          .ifAny(bits, 1)
          .answer(EPERM)
          .answer(BpfProgram.ALLOW);
    }
  }

  // The mode counts only where a file is made; otherwise the register holds anything.
  private void creating(String name, int flags, int mode) {
    BpfProgram rule = begin(name);
    if (rule != null) {
      rule.load(BpfProgram.argument(flags))
          .ifAny(O_CREAT_OR_TMPFILE, 3)
          .load(BpfProgram.argument(mode))
          .ifAny(SET_IDS, 1)
          .answer(EPERM)
          .answer(BpfProgram.ALLOW);
    }
  }

  // B29. The kernel looks at the lower half of the request only, and so does this.
  private void terminalInput() {
    BpfProgram rule = begin("ioctl");
    if (rule != null) {
      rule.load(BpfProgram.argument(1))
          .ifEqual(TIOCSTI, 1)
          .answer(EPERM)
          .ifEqual(TIOCLINUX, 1)
          .answer(EPERM)
          .answer(BpfProgram.ALLOW);
    }
  }

  // B07; FIFOs, sockets and files are free.
  private void makingNodes(String name, int mode) {
    BpfProgram rule = begin(name);
    if (rule != null) {
      rule.load(BpfProgram.argument(mode))
          .ifAny(SET_IDS, 1)
          .answer(EPERM)
          .and(0xF000)
          .ifEqual(0x2000, 1)
          .answer(EPERM)
          .ifEqual(0x6000, 1)
          .answer(EPERM)
          .answer(BpfProgram.ALLOW);
    }
  }

  // Asking (-1) and the plain Linux one (0) are harmless; others switch address layout protection
  // off or change what old calls mean.
  private void personality() {
    BpfProgram rule = begin("personality");
    if (rule != null) {
      rule.load(BpfProgram.argument(0))
          .ifEqual(0, 1)
          .answer(BpfProgram.ALLOW)
          .ifEqual(-1, 1)
          .answer(BpfProgram.ALLOW)
          .answer(EPERM);
    }
  }

  // AF_VSOCK talks to the hypervisor and knows no network namespace.
  private void sockets() {
    BpfProgram rule = begin("socket");
    if (rule != null) {
      rule.load(BpfProgram.argument(0)).ifEqual(AF_VSOCK, 1).answer(EPERM).answer(BpfProgram.ALLOW);
    }
  }

  // B15: pid 0 is the caller.
  private void limitsOfOthers() {
    BpfProgram rule = begin("prlimit64");
    if (rule != null) {
      rule.load(BpfProgram.argument(0)).ifEqual(0, 1).answer(BpfProgram.ALLOW).answer(EPERM);
    }
  }
}
