package brig.launch.child;

import brig.launch.child.ChildOrder.Identity;
import brig.linux.Architecture;
import brig.linux.BpfProgram;
import brig.linux.ChildCalls;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Orphans;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.linux.Seccomp;
import brig.linux.Signal;
import brig.linux.SyscallNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The processes below this one, asked of /proc, which is held by a descriptor: it may be out of
 * sight by the time it is needed.
 */
final class Descendants implements Pens {
  private static final int SETSID_32 = 66;
  private static final int X32 = 0x40000000;

  private final Fd proc;
  private final int self;
  private final Set<Integer> firsts = ConcurrentHashMap.newKeySet();
  private final Seccomp.Filter filter = new Seccomp.Filter(noNewSession(Architecture.current()));
  private final OtherChildren others;

  /**
   * @param others of this process, which nobody has left behind
   */
  Descendants(int self, OtherChildren others) throws LinuxException {
    this.proc = Fd.open("/proc", Fd.O_RDONLY | Fd.O_DIRECTORY);
    this.self = self;
    this.others = others;
    Orphans.adopt();
  }

  /** Refuses setsid(2), whose number is 66 in both ABIs of 32 bits, and has a bit more in x32. */
  static BpfProgram noNewSession(Architecture architecture) {
    Integer number = SyscallNames.of(architecture).number("setsid");
    if (number == null) {
      throw new IllegalStateException("no setsid");
    }
    return new BpfProgram()
        .load(BpfProgram.ARCH)
        .ifEqual(architecture.auditArch(), 5)
        .load(BpfProgram.NR)
        .unlessEqual(number, 2)
        .unlessEqual(number | X32, 1)
        .answer(BpfProgram.ALLOW)
        .answer(BpfProgram.errno(Errno.EPERM))
        .load(BpfProgram.NR)
        .ifEqual(SETSID_32, 1)
        .answer(BpfProgram.errno(Errno.EPERM))
        .answer(BpfProgram.ALLOW);
  }

  Seccomp.Filter filter() {
    return filter;
  }

  @Override
  public OpenPen take(ChildOrder order) {
    return new OpenPen(
        this,
        switch (order.identity()) {
          case Identity.As as -> as.uid();
          case Identity.Alone alone -> alone.uid();
          case Identity.Same() -> ProcessStatus.effectiveUid();
        });
  }

  @Override
  public void giveBack(Pen pen) {
    // nothing was made
  }

  @Override
  public int count() {
    return 0;
  }

  /** A child is born, and will be asked how it ended. */
  synchronized Pidfd bear(ChildCalls calls) throws LinuxException {
    Pidfd process = calls.start(null);
    firsts.add(process.pid());
    return process;
  }

  @Override
  public void close() throws LinuxException {
    Orphans.leave();
    proc.close();
  }

  /** One process: its parent, whether it has ended, its session and its owner. */
  private record Entry(int parent, boolean dead, int session, int uid) {
    /** What may not be looked into is shown as root's (proc_pid(5)). */
    boolean of(int user) {
      return uid == user || uid == 0;
    }
  }

  void kill(int first, int uid) throws LinuxException {
    // One that is being born is not known yet.
    others.whileNoneIsBorn(
        () -> {
          killAll(first, uid);
          return true;
        });
  }

  private synchronized void killAll(int first, int uid) throws LinuxException {
    for (int pid : of(first, uid)) {
      try (Pidfd process = Pidfd.open(pid)) {
        // It is still one of those, not another that was given its number since.
        if (process != null && of(first, uid).contains(pid)) {
          process.signal(Signal.SIGKILL);
        }
      }
    }
  }

  synchronized boolean none(int first, int uid) throws LinuxException {
    List<Integer> left = of(first, uid);
    if (left.isEmpty()) {
      firsts.remove(first);
    }
    return left.isEmpty();
  }

  private List<Integer> of(int first, int uid) throws LinuxException {
    Map<Integer, Entry> all = all();
    List<Integer> found = new ArrayList<>();
    for (Map.Entry<Integer, Entry> one : all.entrySet()) {
      Entry entry = one.getValue();
      int top = top(one.getKey(), all);
      boolean orphan = top > 0 && top != first && !firsts.contains(top) && !others.contains(top);
      boolean another = entry.session != first && firsts.contains(entry.session);
      if (orphan && entry.dead && entry.parent == self) {
        Orphans.reap(one.getKey());
      } else if (!entry.dead && (top == first || (orphan && !another && entry.of(uid)))) {
        found.add(one.getKey());
      }
    }
    return found;
  }

  /** Which child of this process it is below; 0: of none. */
  private int top(int pid, Map<Integer, Entry> all) {
    Set<Integer> seen = new HashSet<>();
    int at = pid;
    while (seen.add(at)) {
      Entry entry = all.get(at);
      if (entry == null) {
        return 0;
      }
      if (entry.parent == self) {
        return at;
      }
      at = entry.parent;
    }
    return 0;
  }

  private Map<Integer, Entry> all() throws LinuxException {
    Map<Integer, Entry> all = new HashMap<>();
    for (String name : proc.list()) {
      if (name.charAt(0) >= '1' && name.charAt(0) <= '9') {
        Entry entry = entry(name);
        if (entry != null) {
          all.put(Integer.valueOf(name), entry);
        }
      }
    }
    return all;
  }

  private @Nullable Entry entry(String pid) throws LinuxException {
    try (Fd file = proc.openAt(pid + "/stat", Fd.O_RDONLY, 0, 0)) {
      byte[] bytes = new byte[1024];
      int count = file.read(0, bytes, 0, bytes.length);
      String text = new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
      // The name may hold parentheses and blanks: the last one ends it.
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
      boolean dead = fields[0].equals("Z") || fields[0].equals("X");
      return new Entry(
          Integer.parseInt(fields[1]), dead, Integer.parseInt(fields[6 - 3]), file.stat().uid());
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH) {
        return null;
      }
      throw e;
    }
  }
}
