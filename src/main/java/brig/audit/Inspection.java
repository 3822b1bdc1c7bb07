package brig.audit;

import brig.launch.service.Running;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The jail in hand: what the rules may ask beyond single files and processes. */
public final class Inspection implements AutoCloseable {
  /** In place of a generation: the directory that holds nothing but places for mounts. */
  private static final int OTHER_ROOT = -1;

  private static final int MOST = 1 << 20;

  private final Subject subject;
  private final Fd root;
  private final String path;
  private final NotSeen notSeen = new NotSeen();
  private final List<JailedProcess> processes = new ArrayList<>();
  private final List<ProcessStatus> others = new ArrayList<>();

  Inspection(Subject subject, Fd root) throws LinuxException {
    this.subject = subject;
    this.root = root;
    this.path = Fd.readLink("/proc/self/fd/" + root.number());
  }

  public Subject subject() {
    return subject;
  }

  Fd root() {
    return root;
  }

  /** The jail's directory without any link in its path, as the kernel names it. */
  public String path() {
    return path;
  }

  public NotSeen notSeen() {
    return notSeen;
  }

  /**
   * The processes whose root is the jail or, of a jail of Brig, one of its generations; and those
   * threads of which something else holds than of their process.
   */
  public List<JailedProcess> processes() {
    return processes;
  }

  /** All other processes. */
  public List<ProcessStatus> others() {
    return others;
  }

  /** What is at a path for a process inside, links followed as inside; null when nothing is. */
  public @Nullable Stat stat(String inside) throws LinuxException {
    try (Fd place = open(inside)) {
      return place.stat();
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG -> null;
        default -> throw e;
      };
    }
  }

  private Fd open(String inside) throws LinuxException {
    return root.openAt(
        inside.equals("/") ? "." : inside.substring(1),
        Fd.O_PATH,
        0,
        Fd.RESOLVE_IN_ROOT | Fd.RESOLVE_NO_MAGICLINKS);
  }

  /** The beginning of a small file inside; null when there is no such file. */
  public byte @Nullable [] read(String inside) throws LinuxException {
    try (Fd place = open(inside)) {
      Stat stat = place.stat();
      if (!stat.isFile()) {
        return null;
      }
      try (Fd file = place.reopen(Fd.O_RDONLY | Fd.O_NONBLOCK)) {
        byte[] bytes = new byte[(int) Math.min(stat.size(), MOST)];
        int count = file.read(0, bytes, 0, bytes.length);
        return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
      }
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR, ELOOP -> null;
        default -> {
          notSeen.add(inside, e);
          yield null;
        }
      };
    }
  }

  /** Goes through another tree of the same jail, for what its files share with this one. */
  public void count(String directory, Consumer<Stat> counter) throws LinuxException {
    try (Fd top = Fd.open(directory, Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_NOFOLLOW)) {
      JailWalk.walk(
          top,
          "/",
          (parent, name, place, stat) -> {
            counter.accept(stat);
            return new Node(parent, name, stat, false, false, null, place);
          },
          notSeen);
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT) {
        notSeen.add(directory, e);
      }
    }
  }

  /** Looks at all processes of the host. */
  void findProcesses() throws LinuxException {
    Map<Integer, Stat> roots = new LinkedHashMap<>();
    Blueprint blueprint = subject.blueprint();
    roots.put(blueprint == null ? 0 : blueprint.generation(), root.stat());
    if (blueprint != null) {
      for (Map.Entry<Integer, String> other : blueprint.otherRoots().entrySet()) {
        Stat stat = Stat.of(other.getValue());
        if (stat != null) {
          roots.put(other.getKey(), stat);
        }
      }
    }
    String other = subject.life().otherRoot();
    Stat stat = other == null ? null : Stat.of(other);
    if (stat != null) {
      roots.put(OTHER_ROOT, stat);
    }
    for (int pid : ProcessStatus.all()) {
      try {
        look(pid, roots);
      } catch (LinuxException e) {
        if (e.errno() == Errno.EACCES || e.errno() == Errno.EPERM) {
          notSeen.add("/proc/" + pid + "/root", e);
        }
      }
    }
  }

  private void look(int pid, Map<Integer, Stat> roots) throws LinuxException {
    ProcessStatus status = ProcessStatus.of(pid);
    if (status == null || status.ended()) {
      return;
    }
    JailedProcess first;
    try {
      first = jailed(pid, pid, roots);
    } catch (LinuxException e) {
      others.add(status);
      throw e;
    }
    if (first == null) {
      first = inMountedRoot(pid);
    }
    if (first == null) {
      others.add(status);
    } else {
      processes.add(first);
    }
    for (int tid : threads(pid)) {
      JailedProcess thread = tid == pid ? null : thread(pid, tid, first, roots);
      if (thread != null && (first == null || !thread.isAs(first))) {
        processes.add(thread);
      }
    }
  }

  /** A thread that is in the jail, or whose process is; null for any other. */
  private @Nullable JailedProcess thread(
      int pid, int tid, @Nullable JailedProcess first, Map<Integer, Stat> roots)
      throws LinuxException {
    JailedProcess jailed = jailed(pid, tid, roots);
    // One with another root: by the root of its process, its working directory is outside.
    return jailed == null && first != null
        ? JailedProcess.of(pid, tid, first.root(), first.generation(), tree(first.generation()))
        : jailed;
  }

  /** Null when its root is another than the jail, or it has ended. */
  private @Nullable JailedProcess jailed(int pid, int tid, Map<Integer, Stat> roots)
      throws LinuxException {
    Stat of = Stat.of("/proc/" + pid + "/task/" + tid + "/root");
    for (Map.Entry<Integer, Stat> each : roots.entrySet()) {
      if (of != null && JailedProcess.same(of, each.getValue())) {
        return JailedProcess.of(pid, tid, of, each.getKey(), tree(each.getKey()));
      }
    }
    return null;
  }

  /** In mode "bind" the root of each start is one of its own: its place tells whose it is. */
  private @Nullable JailedProcess inMountedRoot(int pid) throws LinuxException {
    Blueprint blueprint = subject.blueprint();
    Stat of = blueprint == null ? null : Stat.of("/proc/" + pid + "/root");
    if (blueprint == null || of == null) {
      return null;
    }
    if (Running.hasMountedRoot(pid, path)) {
      return JailedProcess.of(pid, pid, of, blueprint.generation(), path);
    }
    for (Map.Entry<Integer, String> other : blueprint.otherRoots().entrySet()) {
      if (Running.hasMountedRoot(pid, other.getValue())) {
        return JailedProcess.of(pid, pid, of, other.getKey(), other.getValue());
      }
    }
    return null;
  }

  /** The directory of a generation's tree. */
  private String tree(int generation) {
    String otherRoot = subject.life().otherRoot();
    if (otherRoot != null) {
      return otherRoot; // the one that its programs are seen below
    }
    Blueprint blueprint = subject.blueprint();
    String other = blueprint == null ? null : blueprint.otherRoots().get(generation);
    return other == null ? path : other;
  }

  private static List<Integer> threads(int pid) throws LinuxException {
    List<Integer> threads = new ArrayList<>();
    try (Fd tasks = Fd.open("/proc/" + pid + "/task", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String tid : tasks.list()) {
        threads.add(Integer.parseInt(tid));
      }
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.ESRCH) {
        throw e;
      }
    }
    return threads;
  }

  @Override
  public void close() {
    root.close();
  }
}
