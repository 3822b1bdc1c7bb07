package brig.linux;

import static brig.linux.ChildSteps.ANY_NUMBER;
import static brig.linux.ChildSteps.ANY_RESULT;
import static brig.linux.ChildSteps.LOWER_HALF;
import static brig.linux.ChildSteps.WHOLE;
import static brig.linux.ChildSteps.ZERO;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a child does between its birth and its exec: what it sets, and by what it reads back that it
 * has. {@link Birth} works the list through.
 */
public final class ChildCalls implements PrivilegeCalls, AutoCloseable {
  private static final int SIG_SETMASK = 2;
  private static final long SIG_IGN = 1;
  private static final int SIGNALS = 64;
  private static final int SIGACTION_SIZE = 32;
  private static final int SET_SIZE = 8;
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int PR_GET_SECCOMP = 21;
  private static final int SECCOMP_MODE_FILTER = 2;
  private static final int PR_CAPBSET_READ = 23;
  private static final int PR_CAPBSET_DROP = 24;
  private static final int PR_GET_SECUREBITS = 27;
  private static final int PR_SET_SECUREBITS = 28;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int PR_GET_NO_NEW_PRIVS = 39;
  private static final int PR_CAP_AMBIENT = 47;
  private static final int PR_CAP_AMBIENT_RAISE = 2;
  private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;
  private static final int STATX_INO = 0x100;
  private static final int STATX_SIZE = 256;
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;
  private static final int WRITE = X86 ? 1 : 64;
  private static final int STATX = X86 ? 332 : 291;
  private static final int MKDIRAT = X86 ? 258 : 34;

  /** Nobody has a file of this name where it is tried to make one. */
  private static final String NOT_THERE =
      "brig-" + ProcessKernel.getpid() + "-" + Long.toHexString(System.nanoTime());

  /** What this process ignores was ignored when it began: nothing in it changes that. */
  private static final long IGNORED = ignored();

  private final ChildSteps list;
  private boolean waited = true;
  private int namespaces;

  /**
   * An empty list.
   *
   * @param room bytes for all that the calls point to: see {@link #roomFor}
   */
  public ChildCalls(int room) {
    this.list = ChildSteps.take(room);
  }

  /** Enough for a program's arguments and environment, and for all else that is ever noted. */
  public static int roomFor(List<String> argv, Map<String, String> environment) {
    int room = 16 * 1024;
    for (String argument : argv) {
      room += 4 * argument.length() + 24;
    }
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      room += 4 * (variable.getKey().length() + variable.getValue().length()) + 24;
    }
    return room;
  }

  private static long ignored() {
    try {
      return SignalState.ignored();
    } catch (LinuxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Signals that this process ignores have their default meaning. Those that it handles get it at
   * the birth (CLONE_CLEAR_SIGHAND); all stay blocked until {@link #unblockSignals}.
   */
  public void defaultSignals() {
    if (IGNORED != 0) {
      long action = list.bytes(SIGACTION_SIZE).address(); // zero is SIG_DFL
      for (int signal = 1; signal <= SIGNALS; signal++) {
        if ((IGNORED >>> (signal - 1) & 1) != 0) {
          list.step(
              "rt_sigaction", null, JailKernel.RT_SIGACTION, signal, action, 0, SET_SIZE, 0, ZERO);
        }
      }
    }
  }

  /** A signal is ignored, also by the program: exec leaves that as it is (signal(7)). */
  public void ignore(int signal) {
    MemorySegment action = list.bytes(SIGACTION_SIZE);
    action.set(ValueLayout.JAVA_LONG, 0, SIG_IGN);
    list.step(
        "rt_sigaction",
        null,
        JailKernel.RT_SIGACTION,
        signal,
        action.address(),
        0,
        SET_SIZE,
        0,
        ZERO);
  }

  /** No signal is blocked. The last but {@link #execute}: a handler must not run in the JVM. */
  public void unblockSignals() {
    long set = list.bytes(SET_SIZE).address();
    list.step(
        "rt_sigprocmask", null, JailKernel.RT_SIGPROCMASK, SIG_SETMASK, set, 0, SET_SIZE, 0, ZERO);
  }

  /**
   * The child is born in a user namespace of its own, where it is who it was, alone, and has every
   * capability until it gives them up (user_namespaces(7)). Noted first: descriptor 0 is taken for
   * a moment.
   *
   * @param more namespaces that are its own (CLONE_NEW...)
   */
  public void inUserNamespace(int uid, int gid, int more) {
    namespaces |= Namespaces.CLONE_NEWUSER | more;
    OwnSpace.become(list, uid, gid);
  }

  /**
   * A directory becomes the root of the mounts, which are the child's own: read-only, but for
   * {@code writable} places in it, as paths of the host; what was there before is gone.
   */
  public void mountAlone(String directory, List<String> writable) {
    OwnSpace.mount(list, directory, writable);
  }

  /** A session of its own, without a terminal. */
  public void newSession() {
    list.step("setsid", null, JailKernel.SETSID, 0, 0, 0, 0, 0, ANY_NUMBER);
  }

  /** Moves the child into a version 1 cgroup. */
  public void joinCgroup(Fd processes) {
    MemorySegment self = list.bytes(8);
    self.set(ValueLayout.JAVA_BYTE, 0, (byte) '0');
    list.step(
        "write", processes.path(), WRITE, processes.number(), self.address(), 1, 0, 0, ANY_NUMBER);
  }

  /** A descriptor of this process becomes one of the child's; its number must be over 2. */
  public void descriptor(Fd from, int to) {
    list.step("dup3", from.path(), JailKernel.DUP3, from.number(), to, 0, 0, 0, ANY_NUMBER);
  }

  /** Of this number and the following none is left. */
  public void closeFrom(int first) {
    list.call("close_range", JailKernel.CLOSE_RANGE, first, LOWER_HALF, 0);
  }

  /** Goes over to a namespace that is held by a descriptor (setns(2)). */
  public void enter(Fd namespace, int kind) {
    list.step("setns", namespace.path(), JailKernel.SETNS, namespace.number(), kind, 0, 0, 0, ZERO);
  }

  /** A directory becomes the root, and it is read back that it did, and that nothing is above. */
  public void rootAt(String directory, long inode) {
    list.step("chroot", directory, JailKernel.CHROOT, list.cString(directory), 0, 0, 0, 0, ZERO);
    changeTo("/");
    MemorySegment stat = list.bytes(STATX_SIZE);
    for (String path : new String[] {"/", "/.."}) {
      list.step(
          "statx",
          path,
          STATX,
          Kernel.AT_FDCWD,
          list.cString(path),
          0,
          STATX_INO,
          stat.address(),
          ZERO);
      list.compare("the root", stat.address() + 32, WHOLE, inode);
    }
  }

  /**
   * Puts a Landlock fence up. It cannot be asked for, so it is tried: nothing can be made any more
   * in a directory that no rule names, although all others may make something there.
   *
   * @param ruleset the rules
   * @param outside that directory
   */
  public void restrict(Fd ruleset, Fd outside) {
    list.call("landlock_restrict_self", JailKernel.LANDLOCK_RESTRICT_SELF, ruleset.number(), 0, 0);
    list.step(
        "mkdirat",
        outside.path(),
        MKDIRAT,
        outside.number(),
        list.cString(NOT_THERE),
        0,
        0,
        0,
        ANY_RESULT);
    list.compareResult("the Landlock fence", -Errno.EACCES.number());
  }

  /** Installs a filter of system calls. What comes after it must be free. */
  public void filter(Seccomp.Filter filter) {
    list.call(
        "seccomp",
        JailKernel.SECCOMP,
        Seccomp.SECCOMP_SET_MODE_FILTER,
        0,
        filter.program().address());
    list.ask("prctl PR_GET_SECCOMP", JailKernel.PRCTL, PR_GET_SECCOMP);
    list.compareResult("the seccomp mode", SECCOMP_MODE_FILTER);
  }

  public void changeTo(String directory) {
    list.step("chdir", directory, JailKernel.CHDIR, list.cString(directory), 0, 0, 0, 0, ZERO);
  }

  /** Sets it twice: the second call tells what the first has set. */
  public void setUmask(int mask) {
    for (int i = 0; i < 2; i++) {
      list.step("umask", null, JailKernel.UMASK, mask, 0, 0, 0, 0, ANY_NUMBER);
    }
    list.compareResult("the umask", mask);
  }

  /** Sets a limit and reads it back. */
  public void limit(Limits.Resource resource, Limits.Pair value) {
    MemorySegment limit = list.bytes(Limits.RLIMIT64_SIZE);
    limit.set(ValueLayout.JAVA_LONG, 0, value.soft());
    limit.set(ValueLayout.JAVA_LONG, 8, value.hard());
    MemorySegment found = list.bytes(Limits.RLIMIT64_SIZE);
    String name = resource.name();
    list.step(
        "prlimit64",
        name,
        JailKernel.PRLIMIT64,
        0,
        resource.number(),
        limit.address(),
        found.address(),
        0,
        ZERO);
    list.step(
        "prlimit64", name, JailKernel.PRLIMIT64, 0, resource.number(), 0, found.address(), 0, ZERO);
    list.compare(name, found.address(), WHOLE, value.soft());
    list.compare(name, found.address() + 8, WHOLE, value.hard());
  }

  @Override
  public void boundBy(long kept) {
    long surplus = BoundedStarter.surplus(kept);
    for (int number = 0; number < Long.SIZE; number++) {
      if ((surplus >>> number & 1) != 0) {
        list.call("prctl PR_CAPBSET_DROP", JailKernel.PRCTL, PR_CAPBSET_DROP, number, 0);
        list.call("prctl PR_CAPBSET_READ", JailKernel.PRCTL, PR_CAPBSET_READ, number, 0);
        list.compareResult("the bounding set", 0);
      }
    }
  }

  @Override
  public void setSecurebits(int bits) {
    list.call("prctl PR_SET_SECUREBITS", JailKernel.PRCTL, PR_SET_SECUREBITS, bits, 0);
    list.ask("prctl PR_GET_SECUREBITS", JailKernel.PRCTL, PR_GET_SECUREBITS);
    list.compareResult("the securebits", bits);
  }

  @Override
  public void setGroups(List<Integer> groups) {
    ChildIds.setGroups(list, groups);
  }

  @Override
  public void setGid(int gid) {
    list.call("setresgid", JailKernel.SETRESGID, gid, gid, gid);
    ChildIds.compareGids(list, gid);
  }

  @Override
  public void setUid(int uid) {
    list.call("setresuid", JailKernel.SETRESUID, uid, uid, uid);
    ChildIds.compareUids(list, uid);
  }

  @Override
  public void setCapabilities(Capabilities sets) {
    ChildIds.setCapabilities(list, sets);
  }

  @Override
  public void setAmbient(long set) {
    list.call(
        "prctl PR_CAP_AMBIENT", JailKernel.PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0);
    for (long left = set; left != 0; left &= left - 1) {
      list.call(
          "prctl PR_CAP_AMBIENT_RAISE",
          JailKernel.PRCTL,
          PR_CAP_AMBIENT,
          PR_CAP_AMBIENT_RAISE,
          Long.numberOfTrailingZeros(left));
    }
  }

  @Override
  public void setNoNewPrivileges() {
    list.call("prctl PR_SET_NO_NEW_PRIVS", JailKernel.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0);
    list.ask("prctl PR_GET_NO_NEW_PRIVS", JailKernel.PRCTL, PR_GET_NO_NEW_PRIVS);
    list.compareResult("no_new_privs", 1);
  }

  /** The child is killed when the thread that starts it ends. After the change of user. */
  public void dieWithThread() {
    list.call("prctl PR_SET_PDEATHSIG", JailKernel.PRCTL, PR_SET_PDEATHSIG, Signal.SIGKILL, 0);
  }

  /** The last. */
  public void execute(String path, List<String> argv, Map<String, String> environment) {
    List<Long> addresses = new ArrayList<>();
    for (String argument : argv) {
      addresses.add(list.cString(argument));
    }
    long arguments = list.vector(addresses);
    addresses.clear();
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      addresses.add(list.cString(variable.getKey() + "=" + variable.getValue()));
    }
    list.step(
        "execve",
        path,
        JailKernel.EXECVE,
        list.cString(path),
        arguments,
        list.vector(addresses),
        0,
        0,
        ZERO);
  }

  /**
   * The birth is not to wait until the child has become its program. What fails in the child is
   * told by {@link #failure} when it has ended; until then this must not be closed.
   */
  public void dontWait() {
    waited = false;
  }

  /** What failed in a child that has ended; null: it became its program, or was killed. */
  public @Nullable LinuxException failure() {
    return list.failure();
  }

  /**
   * A child is born that makes these calls.
   *
   * @param cgroup the version 2 cgroup it is born in; null: this process's
   * @throws LinuxException what failed, here or in a child that is waited for, of which nothing is
   *     left then
   */
  public Pidfd start(@Nullable Fd cgroup) throws LinuxException {
    return Birth.give(list, cgroup, new Birth.Kind(waited, namespaces));
  }

  /**
   * The same; the child is the first process of a namespace of its own (pid_namespaces(7)), and all
   * that lives in there ends with it.
   */
  public Pidfd startFirst() throws LinuxException {
    return Birth.give(list, null, new Birth.Kind(waited, namespaces | Namespaces.CLONE_NEWPID));
  }

  /** The same; the child is born in the namespace whose first process is given. */
  public Pidfd startAmong(Pidfd first) throws LinuxException {
    try (Pidfd here = Pidfd.ofSelf()) {
      // Until it is put back, this thread can start no other thread of this process (clone(2)).
      Namespaces.bearAmong(first);
      try {
        return start(null);
      } finally {
        Namespaces.bearAmong(here);
      }
    }
  }

  @Override
  public void close() {
    list.close();
  }
}
