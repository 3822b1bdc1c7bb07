package brig.launch.service;

import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a detached service printed: LIB/jails/NAME/output.log, and the one before it. */
public final class OutputLog {
  private static final long ROTATE_BYTES = 10L * 1024 * 1024;
  private static final int CHUNK = 64 * 1024;

  private final String path;

  public OutputLog(String path) {
    this.path = path;
  }

  public String path() {
    return path;
  }

  /** How long it is now; 0 when there is none. */
  public long size() throws LinuxException {
    Stat stat = Stat.ofLink(path);
    return stat == null ? 0 : stat.size();
  }

  public boolean exists() throws LinuxException {
    return Stat.ofLink(path) != null;
  }

  /** Puts a long one aside before a start: nothing writes to it then. */
  public void rotate() throws LinuxException {
    rotate(ROTATE_BYTES);
  }

  void rotate(long limit) throws LinuxException {
    if (size() > limit) {
      HostFiles.rename(path, path + ".1");
    }
  }

  /** Where the last {@code lines} lines begin. */
  public long startOfLast(int lines) throws LinuxException {
    try (Fd file = Fd.open(path, Fd.O_RDONLY)) {
      long end = file.stat().size();
      byte[] chunk = new byte[CHUNK];
      long at = end;
      int seen = 0;
      while (at > 0) {
        int length = (int) Math.min(CHUNK, at);
        at -= length;
        int count = file.read(at, chunk, 0, length);
        for (int i = count - 1; i >= 0; i--) {
          // The newline at the very end ends the last line, it does not begin another.
          if (chunk[i] == '\n' && at + i + 1 < end && ++seen == lines) {
            return at + i + 1;
          }
        }
      }
      return 0;
    }
  }

  /** Up to 64 KiB from a position, none at the end. */
  public byte[] readFrom(long position) throws LinuxException {
    try (Fd file = Fd.open(path, Fd.O_RDONLY)) {
      byte[] chunk = new byte[CHUNK];
      return java.util.Arrays.copyOf(chunk, file.read(position, chunk, 0, CHUNK));
    }
  }

  /** The last lines of what was printed since it was {@code from} bytes long. */
  public List<String> linesSince(long from, int most) throws LinuxException {
    if (!exists()) {
      return List.of();
    }
    long start = Math.max(Math.max(from, startOfLast(most)), size() - CHUNK);
    return lines(readFrom(start));
  }

  static List<String> lines(byte[] bytes) {
    List<String> lines = new ArrayList<>();
    String text = new String(bytes, StandardCharsets.UTF_8);
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      lines.add(text.substring(start, end));
      start = end + 1;
    }
    return lines;
  }
}
