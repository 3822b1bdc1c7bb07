package brig.launch;

import brig.linux.Errno;
import brig.linux.Limits;
import brig.linux.Limits.Pair;
import brig.linux.Limits.Resource;
import brig.linux.LinuxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which limits the service is to have, and how they are set and asked for. */
record LimitPlan(List<Entry> entries) {
  record Entry(Resource resource, Pair value) {}

  /** What people have who never heard of limits: the kernel's own soft limit, and systemd's. */
  private static final long USUAL_NOFILE = 1024;

  /** Those of the order, and RLIMIT_NOFILE as it was before the JVM raised it. */
  static LimitPlan of(LaunchOrder order) throws LinuxException {
    List<Entry> entries = new ArrayList<>();
    boolean files = false;
    for (Map.Entry<String, Long> limit : order.limits().entrySet()) {
      Resource resource = Resource.named(limit.getKey());
      if (resource == null) {
        throw new LinuxException("prlimit64", limit.getKey(), Errno.EINVAL);
      }
      files |= resource == Resource.RLIMIT_NOFILE;
      entries.add(new Entry(resource, new Pair(limit.getValue(), limit.getValue())));
    }
    if (!files) {
      addFilesLimitOfBefore(entries);
    }
    return new LimitPlan(entries);
  }

  // HotSpot raises the soft limit to the hard one (-XX:+MaxFDLimit, the default). A program that
  // closes "all" descriptors one by one, or uses select(2), suffers from a great one.
  private static void addFilesLimitOfBefore(List<Entry> entries) throws LinuxException {
    Pair mine = Limits.get(0, Resource.RLIMIT_NOFILE);
    if (mine.soft() != mine.hard()) {
      return;
    }
    Pair parents = Limits.ofParent(Resource.RLIMIT_NOFILE);
    long soft = parents != null && parents.hard() == mine.hard() ? parents.soft() : USUAL_NOFILE;
    if (Long.compareUnsigned(soft, mine.hard()) < 0) {
      entries.add(new Entry(Resource.RLIMIT_NOFILE, new Pair(soft, mine.hard())));
    }
  }

  /**
   * Sets them all.
   *
   * @param pid 0: this process
   */
  void set(int pid) throws LinuxException {
    for (Entry entry : entries) {
      Limits.set(pid, entry.resource(), entry.value());
    }
  }

  /** Adds what differs from the plan. */
  void compare(int pid, List<String> differences) throws LinuxException {
    for (Entry entry : entries) {
      Pair found = Limits.get(pid, entry.resource());
      if (!found.same(entry.value())) {
        differences.add(entry.resource() + " is " + found + " instead of " + entry.value());
      }
    }
  }
}
