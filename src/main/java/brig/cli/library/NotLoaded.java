package brig.cli.library;

import brig.cli.command.AbsolutePath;
import brig.elf.ByteSource;
import brig.elf.ElfText;
import brig.elf.FileKind;
import brig.linux.Errno;
import brig.linux.LinuxException;
import brig.plan.FileStat;
import brig.plan.Host;
import java.io.IOException;

/** Says what a file is that the loader has nothing to do with. */
final class NotLoaded {
  private NotLoaded() {}

  static String reason(String path, Host host) throws IOException {
    FileStat stat = host.lstat(path);
    if (stat != null && stat.type() == FileStat.Type.DIRECTORY) {
      return "a directory";
    }
    if (stat != null && stat.type() != FileStat.Type.FILE && stat.type() != FileStat.Type.LINK) {
      return "not a regular file";
    }
    byte[] head = new byte[128];
    int count;
    try (ByteSource source = host.open(path)) {
      count = source.read(0, head, 0, head.length);
    } catch (IOException e) {
      return text(e);
    }
    return switch (FileKind.of(head, count)) {
      case ELF -> "an ELF file, but no program or library of this machine (" + host.machine() + ")";
      case SCRIPT -> "a script (" + firstLine(head, count) + ")";
      case EMPTY -> "an empty file";
      case OTHER -> "not an ELF file";
    };
  }

  private static String firstLine(byte[] head, int count) {
    int end = 0;
    while (end < count && head[end] != '\n') {
      end++;
    }
    return ElfText.decode(head, 0, end);
  }

  /** Why the loader finds nothing at a path. */
  static String absence(String file, Host host) {
    try {
      boolean isLink = host.lstat(AbsolutePath.of(file, host)) != null;
      return isLink ? "a link that leads nowhere" : "there is no such file";
    } catch (IOException e) {
      return text(e);
    }
  }

  static String text(IOException e) {
    return switch (e) {
      case LinuxException linux when linux.errno() == Errno.EISDIR -> "a directory";
      case LinuxException linux -> linux.errno().text();
      default -> String.valueOf(e.getMessage());
    };
  }
}
