package brig.tree;

import brig.elf.ByteSource;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.plan.FileStat;
import brig.plan.Host;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** This machine as the binding sees it: device numbers are the kernel's, not the JDK's. */
final class StatHost implements Host {
  @Override
  public @Nullable FileStat lstat(String path) throws LinuxException {
    Stat stat = Stat.ofLink(path);
    if (stat == null) {
      return null;
    }
    FileStat.Type type =
        switch (stat.type()) {
          case Stat.S_IFREG -> FileStat.Type.FILE;
          case Stat.S_IFDIR -> FileStat.Type.DIRECTORY;
          case Stat.S_IFLNK -> FileStat.Type.LINK;
          default -> FileStat.Type.FIFO;
        };
    return new FileStat(
        type,
        stat.mode() & 07777,
        stat.uid(),
        stat.gid(),
        stat.size(),
        stat.device(),
        stat.inode(),
        stat.links(),
        stat.special(),
        stat.modifiedNanos(),
        stat.changedNanos());
  }

  @Override
  public String readLink(String path) throws LinuxException {
    return Fd.readLink(path);
  }

  @Override
  public List<String> list(String path) throws LinuxException {
    try (Fd directory = Fd.open(path, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      List<String> names = directory.list();
      Collections.sort(names);
      return names;
    }
  }

  @Override
  public ByteSource open(String path) {
    throw new UnsupportedOperationException("these plans read no file");
  }

  @Override
  public String machine() {
    return "x86_64";
  }
}
