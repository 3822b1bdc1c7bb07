package brig.launch.late;

import brig.launch.Walls;
import brig.linux.BpfProgram;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import brig.linux.ThreadStatus;
import brig.trace.Injection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one thread goes into the jail: every call is made by the thread itself, in its own name, and
 * none of them is its program's. The kernel keeps root, namespaces, capabilities, Landlock and
 * seccomp for each thread (clone(2), CLONE_FS), so each thread of a process goes in by itself.
 *
 * <p>The order is that of docs/confinement.md: what needs a privilege, then the privileges, then
 * the fences, the filter last. What was prepared outside, the namespaces and the Landlock rules,
 * comes as descriptors through a pair of sockets that the thread makes for the purpose, and whose
 * other end Brig takes from it (pidfd_getfd(2)): so no path of the host is looked up by the thread,
 * and nothing that it has is needed but its memory.
 */
final class WayIn {
  private static final int CLONE_FS = 0x200;
  private static final int CLONE_NEWNS = 0x20000;
  private static final int CLONE_NEWIPC = 0x8000000;
  private static final int AT_FDCWD = -100;
  private static final int PR_CAPBSET_DROP = 24;
  private static final int PR_GET_SECUREBITS = 27;
  private static final int PR_SET_SECUREBITS = 28;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int PR_CAP_AMBIENT = 47;
  private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;
  private static final int SECBIT_NO_SETUID_FIXUP = 1 << 2;
  private static final int SECBIT_KEEP_CAPS = 1 << 4;
  private static final int LINUX_CAPABILITY_VERSION_3 = 0x20080522;
  private static final int SECCOMP_SET_MODE_FILTER = 1;
  private static final int SECCOMP_FILTER_FLAG_LOG = 2;
  private static final int EINVAL = -Errno.EINVAL.number();
  private static final int MOST_CAPABILITIES = 64;

  private final Walls walls;
  private final Injection thread;
  private final int pid;
  private final List<String> replaced = new ArrayList<>();
  private final List<String> logs = new ArrayList<>();
  private int ruleset = -1;

  /**
   * What a thread had open outside.
   *
   * @param directories each of which is the jail's root now
   * @param logs files to which it appends, and goes on appending
   */
  record Outside(List<String> directories, List<String> logs) {}

  private WayIn(Walls walls, Injection thread, int pid) {
    this.walls = walls;
    this.thread = thread;
    this.pid = pid;
  }

  /**
   * Takes a stopped thread in, and asks the kernel whether it is.
   *
   * @return what it had open
   * @throws LinuxException when any of it failed: the thread is neither outside nor quite inside,
   *     and must be killed
   */
  static Outside into(Walls walls, Injection thread, int pid) throws LinuxException {
    WayIn way = new WayIn(walls, thread, pid);
    way.enter();
    way.replaceDirectories();
    way.giveUp();
    way.readBack();
    return new Outside(way.replaced, way.logs);
  }

  /** Whether a thread is in: its mounts and its root are the jail's. */
  static boolean isInside(Walls walls, int tid) throws LinuxException {
    if (ProcessStatus.namespace(tid, "mnt") != walls.mounts().stat().inode()) {
      return false;
    }
    Stat root = Stat.of("/proc/" + tid + "/root");
    Stat wanted = walls.root();
    return root != null && root.inode() == wanted.inode() && root.device() == wanted.device();
  }

  private void enter() throws LinuxException {
    List<Fd> handed = new ArrayList<>();
    handed.add(walls.mounts());
    Fd ipc = walls.ipc();
    if (ipc != null) {
      handed.add(ipc);
    }
    Fd fence = walls.fence();
    if (fence != null) {
      handed.add(fence);
    }
    List<Integer> got = HandedOver.to(thread, pid, handed, true);
    // A thread that shares root and working directory with others can change neither its mount
    // namespace (setns(2), EINVAL) nor its root without them.
    thread.checked("unshare", CLONE_FS);
    if (ipc != null) {
      thread.checked("setns", got.get(1), CLONE_NEWIPC);
    }
    thread.checked("setns", got.getFirst(), CLONE_NEWNS);
    long path = thread.place(walls.order().root());
    thread.checked("chroot", path);
    // At once: a working directory left outside would be a way out (B27).
    thread.checked("chdir", thread.place("/"));
    if (!walls.order().workingDirectory().equals("/")) {
      thread.checked("chdir", thread.place(walls.order().workingDirectory()));
    }
    for (int i = 0; i < got.size(); i++) {
      if (fence == null || i < got.size() - 1) {
        thread.checked("close", got.get(i));
      }
    }
    ruleset = fence == null ? ruleset : got.getLast();
  }

  /**
   * A directory that was opened outside leads out, with no privilege at all (B02, B28). Its number
   * stays open, for the program counts on that, and leads to the jail's root.
   */
  private void replaceDirectories() throws LinuxException {
    @Nullable String root = null;
    int inside = -1;
    String table = "/proc/" + thread.tid() + "/fd";
    List<String> numbers;
    try (Fd fds = Fd.open(table, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      numbers = fds.list();
    }
    for (String number : numbers) {
      String link = table + "/" + number;
      Stat stat = Stat.of(link);
      String info = info(number);
      if (stat == null || !stat.isDirectory()) {
        if (stat != null && stat.type() == Stat.S_IFREG && (flags(info) & Fd.O_APPEND) != 0) {
          logs.add(Fd.readLink(link));
        }
        continue;
      }
      if (inside < 0) {
        inside =
            (int)
                thread.checked(
                    "openat",
                    AT_FDCWD,
                    thread.place("/"),
                    Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC,
                    0);
        root = field(info(Integer.toString(inside)), "mnt_id:");
      }
      if (root != null && root.equals(field(info, "mnt_id:"))) {
        continue; // another thread of the process was here
      }
      boolean atExec = (flags(info) & Fd.O_CLOEXEC) != 0;
      replaced.add(Fd.readLink(link));
      thread.checked("dup3", inside, Integer.parseInt(number), atExec ? Fd.O_CLOEXEC : 0);
    }
    if (inside >= 0) {
      thread.checked("close", inside);
    }
  }

  private static long flags(String info) {
    String flags = field(info, "flags:");
    return flags == null ? 0 : Long.parseLong(flags, 8);
  }

  private String info(String number) throws LinuxException {
    byte[] bytes = HostFiles.readOrNull("/proc/" + thread.tid() + "/fdinfo/" + number);
    return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static @Nullable String field(String info, String key) {
    int at = info.startsWith(key) ? 0 : info.indexOf("\n" + key) + 1;
    if (!info.startsWith(key, at)) {
      return null;
    }
    int end = info.indexOf('\n', at);
    return info.substring(at + key.length(), end < 0 ? info.length() : end).strip();
  }

  private void giveUp() throws LinuxException {
    for (int number = 0; number < MOST_CAPABILITIES; number++) {
      if ((walls.kept() >>> number & 1) == 0) {
        long result = thread.call("prctl", PR_CAPBSET_DROP, number);
        if (result == EINVAL && number > 0) {
          break; // the kernel knows no more
        }
        check("prctl PR_CAPBSET_DROP", result);
      }
    }
    thread.checked("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
    // With SECBIT_NO_SETUID_FIXUP the change of user would take no capability away.
    long before = thread.checked("prctl", PR_GET_SECUREBITS);
    long gone = SECBIT_NO_SETUID_FIXUP | (walls.kept() == 0 ? SECBIT_KEEP_CAPS : 0);
    thread.checked("prctl", PR_SET_SECUREBITS, (before & ~gone) | walls.securebits());
    ThreadStatus status = status();
    long permitted = status.permitted() & walls.keptOnTheWay();
    long inheritable = status.inheritable() & walls.kept();
    ByteBuffer header = little(new byte[8]).putInt(0, LINUX_CAPABILITY_VERSION_3);
    ByteBuffer sets = little(new byte[24]);
    for (int half = 0; half < 2; half++) {
      sets.putInt(12 * half, (int) (permitted >>> (32 * half)));
      sets.putInt(12 * half + 4, (int) (permitted >>> (32 * half)));
      sets.putInt(12 * half + 8, (int) (inheritable >>> (32 * half)));
    }
    thread.checked("capset", thread.place(bytes(header)), thread.place(bytes(sets)));
    thread.checked("prctl", PR_SET_NO_NEW_PRIVS, 1);
    if (ruleset >= 0) {
      thread.checked("landlock_restrict_self", ruleset, 0);
      thread.checked("close", ruleset);
    }
    install(walls.filter(), 0);
    install(walls.profile(), SECCOMP_FILTER_FLAG_LOG);
  }

  private void install(@Nullable BpfProgram filter, int flags) throws LinuxException {
    if (filter == null) {
      return;
    }
    long[] code = filter.instructions();
    ByteBuffer instructions = little(new byte[8 * code.length]);
    for (int i = 0; i < code.length; i++) {
      instructions.putLong(8 * i, code[i]);
    }
    // struct sock_fprog { u16 len; struct sock_filter *filter; }
    ByteBuffer program = little(new byte[16]).putShort(0, (short) code.length);
    program.putLong(8, thread.place(bytes(instructions)));
    thread.checked("seccomp", SECCOMP_SET_MODE_FILTER, flags, thread.place(bytes(program)));
  }

  private void readBack() throws LinuxException {
    require(isInside(walls, thread.tid()), "chroot");
    Stat directory = Stat.of("/proc/" + thread.tid() + "/cwd");
    Stat root = walls.root();
    boolean atRoot =
        directory != null
            && directory.inode() == root.inode()
            && directory.device() == root.device();
    require(atRoot || !walls.order().workingDirectory().equals("/"), "chdir");
    ThreadStatus status = status();
    require(status.bounding() == walls.kept(), "prctl PR_CAPBSET_DROP");
    require((status.permitted() & ~walls.keptOnTheWay()) == 0, "capset");
    require((status.effective() & ~walls.keptOnTheWay()) == 0, "capset");
    require((status.inheritable() & ~walls.kept()) == 0, "capset");
    require(status.ambient() == 0, "prctl PR_CAP_AMBIENT");
    require(status.noNewPrivileges(), "prctl PR_SET_NO_NEW_PRIVS");
    require(walls.filter() == null || status.seccomp() == 2, "seccomp");
  }

  /** The kernel did not do what it said. */
  private void require(boolean held, String call) throws LinuxException {
    if (!held) {
      throw new LinuxException(
          call + " without effect in process", "/proc/" + thread.tid(), Errno.EPERM);
    }
  }

  private void check(String call, long result) throws LinuxException {
    if (result < 0 && result > -4096) {
      throw new LinuxException(
          call + " in process", "/proc/" + thread.tid(), Errno.of((int) -result));
    }
  }

  private ThreadStatus status() throws LinuxException {
    try (Fd file = ThreadStatus.open(thread.tid())) {
      return ThreadStatus.read(file);
    }
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.get(0, bytes);
    return bytes;
  }
}
