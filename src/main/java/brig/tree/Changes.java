package brig.tree;

import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.plan.Entry;
import brig.plan.FileStat;
import brig.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What turns an empty directory into the tree of a plan. */
final class Changes {
  private final boolean devicesFromHost;
  private final boolean mounted;
  private final Map<Inode, Change.CopyFile> copied = new HashMap<>();

  /** Which file it is: two names of one inode are hard links, and stay so inside. */
  private record Inode(long device, long number) {
    // By hand: a record's own two are linked at run time, at every build (docs/decisions/0002).
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Inode inode && inode.device == device && inode.number == number;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(device * 31 + number);
    }
  }

  private Changes(boolean devicesFromHost, boolean mounted) {
    this.devicesFromHost = devicesFromHost;
    this.mounted = mounted;
  }

  static List<Change> of(Plan plan, BuildOrder order) throws LinuxException {
    return of(plan, order.devicesFromHost(), order.mounted());
  }

  /**
   * One change for each entry, in the same order.
   *
   * @param devicesFromHost device nodes are mounted at start: only mount points are made
   * @param mounted files of the host are mounted at start too
   */
  static List<Change> of(Plan plan, boolean devicesFromHost, boolean mounted)
      throws LinuxException {
    Changes changes = new Changes(devicesFromHost, mounted);
    List<Change> list = new ArrayList<>(plan.entries().size());
    for (Entry entry : plan.entries()) {
      list.add(changes.of(entry));
    }
    return list;
  }

  private Change of(Entry entry) throws LinuxException {
    // Not a switch over the types: that would be linked at run time, at every build.
    if (entry instanceof Entry.File f) {
      return ofFile(f);
    }
    if (entry instanceof Entry.Generated g) {
      return new Change.WriteFile(g.path(), g.content(), g.mode(), g.uid(), g.gid());
    }
    if (entry instanceof Entry.Directory d) {
      return new Change.MakeDirectory(d.path(), d.mode(), d.uid(), d.gid());
    }
    if (entry instanceof Entry.Link l) {
      return new Change.MakeLink(l.path(), l.target());
    }
    if (entry instanceof Entry.Device d) {
      return devicesFromHost
          ? new Change.MakeMountPoint(d.path(), false)
          : new Change.MakeDevice(d.path(), d.block(), d.major(), d.minor(), d.mode());
    }
    if (entry instanceof Entry.Socket s) {
      return new Change.MakeMountPoint(s.path(), isDirectory(s.source()));
    }
    return new Change.MakeMountPoint(entry.path(), true);
  }

  /** A socket that its service has not made yet is taken for a socket, not for a directory. */
  private static boolean isDirectory(String source) throws LinuxException {
    Stat stat = Stat.of(source);
    return stat != null && stat.isDirectory();
  }

  private Change ofFile(Entry.File file) {
    FileStat stat = file.stat();
    if (stat.type() == FileStat.Type.FIFO) {
      return new Change.MakeFifo(file.path(), stat, stat.mode(), stat.uid(), stat.gid());
    }
    if (mounted) {
      return new Change.MountFile(file.path(), file.source(), stat);
    }
    Change.CopyFile copy =
        new Change.CopyFile(file.path(), file.source(), stat, stat.mode(), stat.uid(), stat.gid());
    if (stat.links() < 2) {
      return copy;
    }
    Change.CopyFile first = copied.putIfAbsent(new Inode(stat.device(), stat.inode()), copy);
    return first == null ? copy : new Change.AddName(file.path(), first);
  }
}
