package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a child does between its birth and its exec, as a list that {@link Birth} works through:
 * system calls, each with the greatest result that is no failure, and comparisons of memory that
 * calls have filled, by which the child reads back what it has set. The list, and all that it
 * points to, is in one block of native memory, freed by {@link #close}.
 */
public final class ChildCalls implements PrivilegeCalls, AutoCloseable {
  static final int STEP = 64;
  private static final int MOST_STEPS = 384;
  static final int STATE = 64;
  private static final int LAST_RESULT = 40;
  private static final long COMPARE = -1;
  private static final long ZERO = 0;
  private static final long ANY_NUMBER = Integer.MAX_VALUE;
  private static final long ANY_RESULT = -1;

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
  private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;
  private static final int LINUX_CAPABILITY_VERSION_3 = 0x20080522;
  private static final int STATX_INO = 0x100;
  private static final int STATX_SIZE = 256;
  private static final long WHOLE = -1L;
  private static final long LOWER_HALF = 0xFFFFFFFFL;

  private static final boolean X86 = Architecture.current() == Architecture.X86_64;
  private static final int WRITE = X86 ? 1 : 64;
  private static final int STATX = X86 ? 332 : 291;
  private static final int MKDIRAT = X86 ? 258 : 34;

  /** What this process ignores was ignored when it began: nothing in it changes that. */
  private static final long IGNORED = ignored();

  /** What the bounding set of a thread can hold: a child is born with its parent's. */
  private static final ThreadLocal<Long> BOUNDS = ThreadLocal.withInitial(() -> WHOLE);

  /** How many capabilities this kernel knows. */
  private static final int CAPABILITIES = countCapabilities();

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment block;
  private final String[] labels = new String[MOST_STEPS];
  private final @Nullable String[] paths = new String[MOST_STEPS];
  // Written to native memory in one go: a word at a time would be half of a start's time.
  private final long[] table = new long[STEP / 8 * MOST_STEPS];
  private int steps;
  private int top = STATE + STEP * MOST_STEPS;

  /**
   * An empty list.
   *
   * @param room bytes for all that the calls point to: see {@link #roomFor}
   */
  public ChildCalls(int room) {
    this.block = arena.allocate(top + room, 16);
    block.set(ValueLayout.JAVA_LONG, 32, -1L); // every signal, for the time of the birth
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

  private static int countCapabilities() {
    int count = 0;
    while (count < 64 && JailKernel.prctl(PR_CAPBSET_READ, count, 0) >= 0) {
      count++;
    }
    return count;
  }

  private MemorySegment bytes(int size) {
    int aligned = (size + 7) & -8;
    MemorySegment piece = block.asSlice(top, size);
    top += aligned;
    return piece;
  }

  private long cString(String text) {
    byte[] encoded = FileNames.encode(text);
    for (byte b : encoded) {
      if (b == 0) {
        throw new IllegalArgumentException("a NUL byte inside a C string");
      }
    }
    MemorySegment copy = bytes(encoded.length + 1);
    MemorySegment.copy(encoded, 0, copy, ValueLayout.JAVA_BYTE, 0, encoded.length);
    return copy.address();
  }

  private void step(
      String label,
      @Nullable String path,
      long number,
      long a,
      long b,
      long c,
      long d,
      long e,
      long most) {
    if (steps == MOST_STEPS) {
      throw new IllegalStateException("more than " + MOST_STEPS + " steps");
    }
    labels[steps] = label;
    paths[steps] = path;
    int at = STEP / 8 * steps++;
    table[at] = number;
    table[at + 1] = a;
    table[at + 2] = b;
    table[at + 3] = c;
    table[at + 4] = d;
    table[at + 5] = e;
    table[at + 7] = most;
  }

  private void call(String label, long number, long a, long b, long c) {
    step(label, null, number, a, b, c, 0, 0, ZERO);
  }

  private void compare(String what, long address, long mask, long wanted) {
    step("read back " + what, null, COMPARE, address, mask, wanted & mask, 0, 0, 0);
  }

  private void compareResult(String what, long wanted) {
    compare(what, block.address() + LAST_RESULT, LOWER_HALF, wanted);
  }

  /**
   * Signals that this process ignores have their default meaning. Those that it handles get it at
   * the birth (CLONE_CLEAR_SIGHAND); all stay blocked until {@link #unblockSignals}.
   */
  public void defaultSignals() {
    long ignored = IGNORED;
    if (ignored != 0) {
      long action = bytes(SIGACTION_SIZE).address(); // zero is SIG_DFL
      for (int signal = 1; signal <= SIGNALS; signal++) {
        if ((ignored >>> (signal - 1) & 1) != 0) {
          step("rt_sigaction", null, JailKernel.RT_SIGACTION, signal, action, 0, SET_SIZE, 0, ZERO);
        }
      }
    }
  }

  /** A signal is ignored, also by the program: exec leaves that as it is (signal(7)). */
  public void ignore(int signal) {
    MemorySegment action = bytes(SIGACTION_SIZE);
    action.set(ValueLayout.JAVA_LONG, 0, SIG_IGN);
    step(
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
    long set = bytes(SET_SIZE).address();
    step("rt_sigprocmask", null, JailKernel.RT_SIGPROCMASK, SIG_SETMASK, set, 0, SET_SIZE, 0, ZERO);
  }

  /** A session of its own, without a terminal. */
  public void newSession() {
    step("setsid", null, JailKernel.SETSID, 0, 0, 0, 0, 0, ANY_NUMBER);
  }

  /** Moves the child into a version 1 cgroup. */
  public void joinCgroup(Fd processes) {
    MemorySegment self = bytes(8);
    self.set(ValueLayout.JAVA_BYTE, 0, (byte) '0');
    step("write", processes.path(), WRITE, processes.number(), self.address(), 1, 0, 0, ANY_NUMBER);
  }

  /** A descriptor of this process becomes one of the child's; its number must be over 2. */
  public void descriptor(Fd from, int to) {
    step("dup3", from.path(), JailKernel.DUP3, from.number(), to, 0, 0, 0, ANY_NUMBER);
  }

  /** Of this number and the following none is left. */
  public void closeFrom(int first) {
    call("close_range", JailKernel.CLOSE_RANGE, first, LOWER_HALF, 0);
  }

  /** Goes over to a namespace that is held by a descriptor (setns(2)). */
  public void enter(Fd namespace, int kind) {
    step("setns", namespace.path(), JailKernel.SETNS, namespace.number(), kind, 0, 0, 0, ZERO);
  }

  /** A directory becomes the root, and it is read back that it did, and that nothing is above. */
  public void rootAt(String directory, long inode) {
    step("chroot", directory, JailKernel.CHROOT, cString(directory), 0, 0, 0, 0, ZERO);
    changeTo("/");
    MemorySegment stat = bytes(STATX_SIZE);
    for (String path : new String[] {"/", "/.."}) {
      step(
          "statx", path, STATX, Kernel.AT_FDCWD, cString(path), 0, STATX_INO, stat.address(), ZERO);
      compare("the root", stat.address() + 32, WHOLE, inode);
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
    call("landlock_restrict_self", JailKernel.LANDLOCK_RESTRICT_SELF, ruleset.number(), 0, 0);
    step(
        "mkdirat", outside.path(), MKDIRAT, outside.number(), cString("over"), 0, 0, 0, ANY_RESULT);
    compareResult("the Landlock fence", -Errno.EACCES.number());
  }

  /** Installs a filter of system calls. What comes after it must be free. */
  public void filter(Seccomp.Filter filter) {
    call(
        "seccomp",
        JailKernel.SECCOMP,
        Seccomp.SECCOMP_SET_MODE_FILTER,
        0,
        filter.program().address());
    step("prctl PR_GET_SECCOMP", null, JailKernel.PRCTL, PR_GET_SECCOMP, 0, 0, 0, 0, ANY_NUMBER);
    compareResult("the seccomp mode", SECCOMP_MODE_FILTER);
  }

  public void changeTo(String directory) {
    step("chdir", directory, JailKernel.CHDIR, cString(directory), 0, 0, 0, 0, ZERO);
  }

  /** Sets it twice: the second call tells what the first has set. */
  public void setUmask(int mask) {
    for (int i = 0; i < 2; i++) {
      step("umask", null, JailKernel.UMASK, mask, 0, 0, 0, 0, ANY_NUMBER);
    }
    compareResult("the umask", mask);
  }

  /** Sets a limit and reads it back. */
  public void limit(Limits.Resource resource, Limits.Pair value) {
    MemorySegment limit = bytes(Limits.RLIMIT64_SIZE);
    limit.set(ValueLayout.JAVA_LONG, 0, value.soft());
    limit.set(ValueLayout.JAVA_LONG, 8, value.hard());
    MemorySegment found = bytes(Limits.RLIMIT64_SIZE);
    String name = resource.name();
    step(
        "prlimit64",
        name,
        JailKernel.PRLIMIT64,
        0,
        resource.number(),
        limit.address(),
        found.address(),
        0,
        ZERO);
    step(
        "prlimit64", name, JailKernel.PRLIMIT64, 0, resource.number(), 0, found.address(), 0, ZERO);
    compare(name, found.address(), WHOLE, value.soft());
    compare(name, found.address() + 8, WHOLE, value.hard());
  }

  /**
   * The calling thread gives up, for good, what no child that it starts may have, and reads it
   * back. A child inherits the bounding set, which never grows (capabilities(7)): it need not do
   * the same once more, which is most of its calls.
   */
  public static void boundStarter(long kept) throws LinuxException {
    Capabilities.boundBy(kept);
    for (int number = 0; number < CAPABILITIES; number++) {
      if ((kept >>> number & 1) == 0 && JailKernel.prctl(PR_CAPBSET_READ, number, 0) != 0) {
        throw new LinuxException("read back the bounding set", null, Errno.EPERM);
      }
    }
    BOUNDS.set(BOUNDS.get() & kept);
  }

  @Override
  public void boundBy(long kept) {
    long surplus = BOUNDS.get() & ~kept;
    for (int number = 0; number < CAPABILITIES; number++) {
      if ((surplus >>> number & 1) != 0) {
        call("prctl PR_CAPBSET_DROP", JailKernel.PRCTL, PR_CAPBSET_DROP, number, 0);
        call("prctl PR_CAPBSET_READ", JailKernel.PRCTL, PR_CAPBSET_READ, number, 0);
        compareResult("the bounding set", 0);
      }
    }
  }

  @Override
  public void setSecurebits(int bits) {
    call("prctl PR_SET_SECUREBITS", JailKernel.PRCTL, PR_SET_SECUREBITS, bits, 0);
    step(
        "prctl PR_GET_SECUREBITS",
        null,
        JailKernel.PRCTL,
        PR_GET_SECUREBITS,
        0,
        0,
        0,
        0,
        ANY_NUMBER);
    compareResult("the securebits", bits);
  }

  @Override
  public void setGroups(List<Integer> groups) {
    int count = groups.size();
    MemorySegment list = bytes(Math.max(4, count * 4));
    int[] sorted = new int[count]; // as the kernel sorts them: unsigned
    for (int i = 0; i < count; i++) {
      list.setAtIndex(ValueLayout.JAVA_INT, i, groups.get(i));
      sorted[i] = groups.get(i) ^ Integer.MIN_VALUE;
    }
    Arrays.sort(sorted);
    call("setgroups", JailKernel.SETGROUPS, count, list.address(), 0);
    MemorySegment found = bytes(Math.max(8, count * 4 + 8));
    step("getgroups", null, JailKernel.GETGROUPS, count + 1L, found.address(), 0, 0, 0, ANY_NUMBER);
    compareResult("the number of groups", count);
    for (int i = 0; i < count; i++) {
      compare("the groups", found.address() + 4L * i, LOWER_HALF, sorted[i] ^ Integer.MIN_VALUE);
    }
  }

  @Override
  public void setGid(int gid) {
    id("setresgid", JailKernel.SETRESGID, "getresgid", JailKernel.GETRESGID, gid);
  }

  @Override
  public void setUid(int uid) {
    id("setresuid", JailKernel.SETRESUID, "getresuid", JailKernel.GETRESUID, uid);
  }

  private void id(String set, int setter, String get, int getter, int id) {
    call(set, setter, id, id, id);
    long three = bytes(12).address();
    call(get, getter, three, three + 4, three + 8);
    for (int i = 0; i < 3; i++) {
      compare("what " + set + " set", three + 4L * i, LOWER_HALF, id);
    }
  }

  @Override
  public void setCapabilities(Capabilities sets) {
    MemorySegment header = bytes(8);
    header.set(ValueLayout.JAVA_INT, 0, LINUX_CAPABILITY_VERSION_3);
    MemorySegment data = bytes(24);
    sets.write(data);
    MemorySegment found = bytes(24);
    call("capset", JailKernel.CAPSET, header.address(), data.address(), 0);
    call("capget", JailKernel.CAPGET, header.address(), found.address(), 0);
    for (int i = 0; i < 24; i += 8) {
      compare("the capabilities", found.address() + i, WHOLE, data.get(ValueLayout.JAVA_LONG, i));
    }
  }

  /** Only the empty set: one that is kept over an exec is a jail's, not a child's. */
  @Override
  public void setAmbient(long set) {
    if (set != 0) {
      throw new IllegalArgumentException("a child keeps no capabilities");
    }
    call("prctl PR_CAP_AMBIENT", JailKernel.PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0);
  }

  @Override
  public void setNoNewPrivileges() {
    call("prctl PR_SET_NO_NEW_PRIVS", JailKernel.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0);
    step(
        "prctl PR_GET_NO_NEW_PRIVS",
        null,
        JailKernel.PRCTL,
        PR_GET_NO_NEW_PRIVS,
        0,
        0,
        0,
        0,
        ANY_NUMBER);
    compareResult("no_new_privs", 1);
  }

  /** The child is killed when the thread that starts it ends. After the change of user. */
  public void dieWithThread() {
    call("prctl PR_SET_PDEATHSIG", JailKernel.PRCTL, PR_SET_PDEATHSIG, Signal.SIGKILL, 0);
  }

  /** The last. */
  public void execute(String path, List<String> argv, Map<String, String> environment) {
    List<Long> addresses = new ArrayList<>();
    for (String argument : argv) {
      addresses.add(cString(argument));
    }
    long arguments = vector(addresses);
    addresses.clear();
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      addresses.add(cString(variable.getKey() + "=" + variable.getValue()));
    }
    step(
        "execve", path, JailKernel.EXECVE, cString(path), arguments, vector(addresses), 0, 0, ZERO);
  }

  private long vector(List<Long> addresses) {
    MemorySegment vector = bytes(8 * (addresses.size() + 1));
    for (int i = 0; i < addresses.size(); i++) {
      vector.setAtIndex(ValueLayout.JAVA_LONG, i, addresses.get(i));
    }
    return vector.address();
  }

  /**
   * A child is born that makes these calls.
   *
   * @param cgroup the version 2 cgroup it is born in; null: this process's
   * @throws LinuxException what failed, here or in the child, of which nothing is left then
   */
  public Pidfd start(@Nullable Fd cgroup) throws LinuxException {
    return start(cgroup, false);
  }

  /**
   * The same; the child is the first process of a namespace of its own (pid_namespaces(7)), and all
   * that lives in there ends with it.
   */
  public Pidfd startFirst() throws LinuxException {
    return start(null, true);
  }

  /** The same; the child is born in the namespace whose first process is given. */
  public Pidfd startAmong(Pidfd first) throws LinuxException {
    try (Pidfd here = Pidfd.ofSelf()) {
      // Until it is put back, this thread can start no other thread of this process (clone(2)).
      Namespaces.bearAmong(first);
      try {
        return start(null, false);
      } finally {
        Namespaces.bearAmong(here);
      }
    }
  }

  private Pidfd start(@Nullable Fd cgroup, boolean first) throws LinuxException {
    MemorySegment.copy(table, 0, block, ValueLayout.JAVA_LONG, STATE, STEP / 8 * steps);
    return Birth.give(this, cgroup, first);
  }

  // The state, at the block's beginning: 0 the child's pid or what clone3(2) answered, 8 the
  // address
  // of the step that failed, 16 its result, 24 the thread's signal mask, 32 all signals, 40 the
  // last result.

  MemorySegment state() {
    return block;
  }

  long begin() {
    return block.address() + STATE;
  }

  long end() {
    return begin() + (long) STEP * steps;
  }

  MemorySegment more(int size) {
    return bytes(size);
  }

  /** What went wrong in the child; null when it went on to its program. */
  @Nullable LinuxException failure() {
    long at = block.get(ValueLayout.JAVA_LONG, 8);
    if (at == 0) {
      return null;
    }
    int index = (int) ((at - begin()) / STEP);
    long result = block.get(ValueLayout.JAVA_LONG, 16);
    boolean compared = block.get(ValueLayout.JAVA_LONG, STATE + (long) STEP * index) == COMPARE;
    // A setting that did not take although the kernel said yes.
    Errno errno = compared || result >= 0 || result < -4095 ? Errno.EPERM : Errno.of((int) -result);
    return new LinuxException(labels[index], paths[index], errno);
  }

  @Override
  public void close() {
    arena.close();
  }
}
