package brig.launch.child;

import brig.linux.ChildCalls;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Signal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cgroup, used for one child after another: cgroups(7). Children are born in the version 2 one
 * (clone3(2), CLONE_INTO_CGROUP), where the whole tree can be killed at once and be seen to be
 * empty. Processes are counted by the controller {@code pids}, in whichever hierarchy it is; a
 * version 1 one the child enters by itself.
 */
final class CgroupPen implements Pen {
  private static final int SIZE = 64 * 1024;

  private final @Nullable String unified;
  private final @Nullable String pids;
  private final @Nullable Fd directory;
  private final @Nullable Fd events;
  private final @Nullable Fd killer;
  private final @Nullable Fd processes;
  private final @Nullable Fd most;
  private final @Nullable Fd entrance;
  private int limited = -2;
  private boolean killed;

  /**
   * Makes the directories.
   *
   * @param unified the version 2 cgroup; null: there is no such hierarchy
   * @param pids the version 1 cgroup of the controller; null: there is none, or version 2 has it
   */
  CgroupPen(@Nullable String unified, @Nullable String pids) throws LinuxException {
    this.unified = unified;
    this.pids = pids;
    if (unified != null) {
      HostFiles.createDirectories(unified, 0755);
    }
    if (pids != null) {
      HostFiles.createDirectories(pids, 0755);
    }
    directory =
        unified == null ? null : Fd.open(unified, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW);
    events = unified == null ? null : Fd.open(unified + "/cgroup.events", Fd.O_RDONLY);
    killer = openOrNull(unified, "cgroup.kill", Fd.O_WRONLY); // since Linux 5.14
    processes = openOrNull(unified == null ? pids : unified, "cgroup.procs", Fd.O_RDONLY);
    most = openOrNull(pids == null ? unified : pids, "pids.max", Fd.O_WRONLY);
    entrance = openOrNull(pids, "cgroup.procs", Fd.O_WRONLY);
  }

  private static @Nullable Fd openOrNull(@Nullable String directory, String name, int flags)
      throws LinuxException {
    if (directory == null) {
      return null;
    }
    try {
      return Fd.open(directory + "/" + name, flags);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public void limit(int wanted) throws LinuxException {
    if (most != null && wanted != limited) {
      limited = -2;
      most.write((wanted < 0 ? "max" : String.valueOf(wanted)).getBytes(StandardCharsets.US_ASCII));
      limited = wanted;
    }
  }

  @Override
  public boolean countsProcesses() {
    return most != null;
  }

  @Override
  public @Nullable Fd birthplace() {
    return directory;
  }

  @Override
  public void join(ChildCalls calls) {
    if (entrance != null) {
      calls.joinCgroup(entrance);
    }
  }

  @Override
  public void killAll(int first) throws LinuxException {
    killAll();
  }

  void killAll() throws LinuxException {
    if (killer != null) {
      killed = true;
      killer.write(new byte[] {'1'});
      return;
    }
    // Nothing new is born while it is swept; what is swept is held by a descriptor.
    limit(0);
    for (int pid : members()) {
      try (Pidfd member = Pidfd.open(pid)) {
        if (member != null && members().contains(pid)) {
          member.signal(Signal.SIGKILL);
        }
      }
    }
  }

  /**
   * Whether another child can be born in it. Once cgroup.kill was written, Linux kills whatever
   * clone3(2) puts there: for a birth with CLONE_INTO_CGROUP the kernel compares the count of such
   * kills with that of the parent's cgroup, not of this one (seen with 6.18).
   */
  boolean isUsable() {
    return !killed;
  }

  private List<Integer> members() throws LinuxException {
    List<Integer> all = new ArrayList<>();
    if (processes != null) {
      byte[] bytes = new byte[SIZE];
      int count = processes.read(0, bytes, 0, SIZE);
      for (String line : new String(bytes, 0, count, StandardCharsets.US_ASCII).split("\n", -1)) {
        if (!line.isEmpty() && !line.equals("0")) {
          all.add(Integer.valueOf(line));
        }
      }
    }
    return all;
  }

  @Override
  public boolean empty(int first) throws LinuxException {
    return empty();
  }

  boolean empty() throws LinuxException {
    if (events == null) {
      return members().isEmpty();
    }
    byte[] bytes = new byte[128];
    int count = events.read(0, bytes, 0, bytes.length);
    String text = new String(bytes, 0, count, StandardCharsets.US_ASCII);
    return text.contains("populated 0");
  }

  @Override
  public void remove() throws LinuxException {
    for (Fd fd : new Fd[] {directory, events, killer, processes, most, entrance}) {
      if (fd != null) {
        fd.close();
      }
    }
    for (String path : new String[] {unified, pids}) {
      if (path != null) {
        removeWhenLeft(path);
      }
    }
  }

  /** A zombie, which its parent has not asked for yet, holds a cgroup of version 1. */
  private static void removeWhenLeft(String path) throws LinuxException {
    Patience patience = new Patience("rmdir", path);
    while (true) {
      try {
        HostFiles.removeDirectory(path);
        return;
      } catch (LinuxException e) {
        if (e.errno() != Errno.EBUSY) {
          throw e;
        }
      }
      patience.wait1();
    }
  }
}
