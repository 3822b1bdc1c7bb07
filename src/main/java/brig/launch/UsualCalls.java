package brig.launch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Calls that are in every profile although no run may have shown them: what comes between the
 * filter and the program's first instruction, and what the kernel and libc do rarely, late, or on
 * another machine. docs/confinement.md has the same table.
 */
public final class UsualCalls {
  private UsualCalls() {}

  /**
   * Some calls that belong together.
   *
   * @param reason why no profile goes without them
   */
  public record Group(List<String> calls, String reason) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group(
              List.of(
                  "execve",
                  "clone",
                  "vfork",
                  "rt_sigaction",
                  "rt_sigprocmask",
                  "setsid",
                  "prlimit64",
                  "gettid",
                  "mmap",
                  "munmap",
                  "mprotect",
                  "madvise",
                  "brk",
                  "close",
                  "read",
                  "write",
                  "pread64"),
              "the start itself, from the filter to the program's first instruction"),
          new Group(
              List.of("clone3", "openat2"),
              "the default filter answers ENOSYS, so that libc takes the older call"),
          new Group(List.of("exit", "exit_group"), "the end of a thread and of the program"),
          new Group(
              List.of("rt_sigreturn", "sigaltstack"),
              "the return from a signal, which comes when it comes"),
          new Group(
              List.of("restart_syscall"),
              "the kernel's own, when a sleep goes on after SIGSTOP and SIGCONT"),
          new Group(
              List.of("getpid", "tgkill", "rt_tgsigqueueinfo"),
              "abort(3), raise(3) and failed assertions"),
          new Group(
              List.of(
                  "poll",
                  "ppoll",
                  "select",
                  "pselect6",
                  "wait4",
                  "waitid",
                  "pause",
                  "rt_sigsuspend"),
              "waits, made only when what is waited for has not come yet"),
          new Group(
              List.of("futex", "sched_yield", "set_robust_list", "rseq", "set_tid_address"),
              "locks that are contended, and threads that are started under load"),
          new Group(
              List.of("mremap", "sched_getaffinity"),
              "malloc(3): a large block that grows, a second arena under load"),
          new Group(
              List.of("clock_gettime", "gettimeofday", "time", "getcpu", "clock_nanosleep"),
              "done without a call where the machine's clock allows, and by one elsewhere"),
          new Group(
              List.of("getrandom"), "seeds of libc, which later versions ask for at other times"));

  public static List<Group> groups() {
    return GROUPS;
  }

  /** All of them, sorted. */
  public static Set<String> names() {
    List<String> names = new ArrayList<>();
    for (Group group : GROUPS) {
      names.addAll(group.calls());
    }
    return Collections.unmodifiableSet(new TreeSet<>(names));
  }
}
