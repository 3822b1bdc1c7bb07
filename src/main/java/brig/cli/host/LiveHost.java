package brig.cli.host;

import brig.elf.ByteSource;
import brig.linux.Architecture;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.linux.StatBatch;
import brig.plan.FileStat;
import brig.plan.Host;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The host that Brig runs on. */
public final class LiveHost implements Host {
  @Override
  public @Nullable FileStat lstat(String path) throws LinuxException {
    Stat stat = Stat.ofLink(path);
    return stat == null ? null : fileStat(stat);
  }

  private static FileStat.Type type(int mode) {
    return switch (mode & Stat.S_IFMT) {
      case Stat.S_IFREG -> FileStat.Type.FILE;
      case Stat.S_IFDIR -> FileStat.Type.DIRECTORY;
      case Stat.S_IFLNK -> FileStat.Type.LINK;
      case Stat.S_IFCHR -> FileStat.Type.CHARACTER_DEVICE;
      case Stat.S_IFBLK -> FileStat.Type.BLOCK_DEVICE;
      case Stat.S_IFIFO -> FileStat.Type.FIFO;
      default -> FileStat.Type.SOCKET;
    };
  }

  @Override
  public void lstatAll(String[] paths, long[] into) {
    StatBatch.ofLinks(paths, 0, paths.length, into);
  }

  public static FileStat fileStat(Stat stat) {
    return new FileStat(
        type(stat.mode()),
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
  public ByteSource open(String path) throws LinuxException {
    // O_NONBLOCK: a FIFO that took a file's place must not hang the plan.
    return bytes(Fd.open(path, Fd.O_RDONLY | Fd.O_NONBLOCK));
  }

  /** The bytes of an open file, which is closed with them. */
  public static ByteSource bytes(Fd file) throws LinuxException {
    long size;
    try {
      size = file.stat().size();
    } catch (LinuxException e) {
      file.close();
      throw e;
    }
    return new ByteSource() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public int read(long position, byte[] into, int offset, int length) throws LinuxException {
        return file.read(position, into, offset, length);
      }

      @Override
      public void close() {
        file.close();
      }
    };
  }

  @Override
  public String machine() {
    return Architecture.current().machine();
  }
}
