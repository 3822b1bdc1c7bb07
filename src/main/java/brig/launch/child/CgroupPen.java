package brig.launch.child;

import brig.launch.child.ChildOrder.ChildLimits;
import brig.linux.ChildCalls;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Signal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cgroup, used for one child after another: cgroups(7). Children are born in the version 2 one
 * (clone3(2), CLONE_INTO_CGROUP), where the whole tree can be killed at once and be seen to be
 * empty. Processes and memory are counted by the controllers {@code pids} and {@code memory}, in
 * whichever hierarchy they are; those of version 1 the child enters by itself.
 *
 * <p>It does so by {@code tasks}, not by {@code cgroup.procs}: a thread that moves itself takes no
 * lock that all forks and exits of the host wait for (since Linux 5.5; the child has no other
 * thread).
 */
final class CgroupPen implements Pen {
  private static final int SIZE = 64 * 1024;
  private static final long UNKNOWN = -2;
  private static final int LADEN = 8;

  private final CgroupPlaces places;
  private final @Nullable Fd directory;
  private final @Nullable Fd events;
  private final @Nullable Fd killer;
  private final @Nullable Fd processes;
  private final @Nullable Fd mostProcesses;
  private final @Nullable Fd mostMemory;
  private final @Nullable Fd memory;
  private final List<Fd> entrances = new ArrayList<>();
  private long processesLimited = UNKNOWN;
  private long memoryLimited = UNKNOWN;
  private boolean killed;
  private boolean gone;

  /** Makes the directories. */
  CgroupPen(CgroupPlaces places) throws LinuxException {
    this.places = places;
    for (String place : places.all()) {
      HostFiles.createDirectories(place, 0755);
    }
    String unified = places.unified();
    directory =
        unified == null ? null : Fd.open(unified, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW);
    events = unified == null ? null : Fd.open(unified + "/cgroup.events", Fd.O_RDONLY);
    killer = openOrNull(unified, "cgroup.kill", Fd.O_WRONLY); // since Linux 5.14
    processes = openOrNull(places.present(), "cgroup.procs", Fd.O_RDONLY);
    mostProcesses =
        openOrNull(places.pids() == null ? unified : places.pids(), "pids.max", Fd.O_WRONLY);
    mostMemory =
        places.memory() == null
            ? openOrNull(unified, "memory.max", Fd.O_WRONLY)
            : openOrNull(places.memory(), "memory.limit_in_bytes", Fd.O_WRONLY);
    memory =
        places.memory() == null
            ? openOrNull(unified, "memory.current", Fd.O_RDONLY)
            : openOrNull(places.memory(), "memory.usage_in_bytes", Fd.O_RDONLY);
    for (String place : places.version1()) {
      entrances.add(Fd.open(place + "/tasks", Fd.O_WRONLY));
    }
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
  public void limit(ChildLimits limits) throws LinuxException {
    limitProcesses(limits.processes());
    if (mostMemory != null && limits.memoryBytes() != memoryLimited) {
      memoryLimited = UNKNOWN;
      String none = places.memory() == null ? "max" : "-1";
      mostMemory.write(number(limits.memoryBytes(), none));
      memoryLimited = limits.memoryBytes();
    }
  }

  private void limitProcesses(long wanted) throws LinuxException {
    if (mostProcesses != null && wanted != processesLimited) {
      processesLimited = UNKNOWN;
      mostProcesses.write(number(wanted, "max"));
      processesLimited = wanted;
    }
  }

  private static byte[] number(long wanted, String none) {
    return (wanted < 0 ? none : String.valueOf(wanted)).getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether there is nothing to be changed for them. */
  boolean has(ChildLimits limits) {
    return limits.processes() == processesLimited && limits.memoryBytes() == memoryLimited;
  }

  @Override
  public boolean countsProcesses() {
    return mostProcesses != null;
  }

  @Override
  public boolean countsMemory() {
    return mostMemory != null;
  }

  @Override
  public void join(ChildCalls calls) {
    for (Fd entrance : entrances) {
      calls.joinCgroup(entrance);
    }
  }

  @Override
  public Pidfd bear(ChildCalls calls) throws LinuxException {
    try {
      return calls.start(directory);
    } catch (LinuxException e) {
      empty(); // one that somebody removed is not used again
      throw e;
    }
  }

  @Override
  public void killAll(int first) throws LinuxException {
    killAll();
  }

  void killAll() throws LinuxException {
    if (killer != null) {
      killed = true;
      try {
        killer.write(new byte[] {'1'});
      } catch (LinuxException e) {
        tolerateGone(e);
      }
      return;
    }
    // Nothing new is born while it is swept; what is swept is held by a descriptor.
    limitProcesses(0);
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
  boolean isUsable() throws LinuxException {
    return !killed && !gone && !isLaden();
  }

  /** Files of a tmpfs(5) are charged to it as long as they are there: the next has less. */
  private boolean isLaden() throws LinuxException {
    return memory != null
        && memoryLimited > 0
        && Long.parseLong(text(memory, 32).strip()) > memoryLimited / LADEN;
  }

  private static String text(Fd file, int most) throws LinuxException {
    byte[] bytes = new byte[most];
    int count = file.read(0, bytes, 0, most);
    return new String(bytes, 0, count, StandardCharsets.US_ASCII);
  }

  private List<Integer> members() throws LinuxException {
    List<Integer> all = new ArrayList<>();
    if (processes != null) {
      for (String line : text(processes, SIZE).split("\n", -1)) {
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
    try {
      return events == null ? members().isEmpty() : text(events, 128).contains("populated 0");
    } catch (LinuxException e) {
      tolerateGone(e);
      return true;
    }
  }

  /** Somebody removed it, which the kernel allows when nothing is in it. */
  private void tolerateGone(LinuxException e) throws LinuxException {
    if (e.errno() != Errno.ENODEV) {
      throw e;
    }
    gone = true;
  }

  @Override
  public void remove() throws LinuxException {
    List<@Nullable Fd> open = new ArrayList<>(entrances);
    open.addAll(Arrays.asList(directory, events, killer, processes));
    open.addAll(Arrays.asList(mostProcesses, mostMemory, memory));
    for (Fd fd : open) {
      if (fd != null) {
        fd.close();
      }
    }
    for (String path : places.all()) {
      removeWhenLeft(path);
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
        if (e.errno() == Errno.ENOENT) {
          return;
        }
        if (e.errno() != Errno.EBUSY) {
          throw e;
        }
      }
      patience.wait1();
    }
  }
}
