package brig.hole.log;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stream;
import org.jspecify.annotations.Nullable;

/** A file to which lines are appended, each by one write(2). */
public final class FileLog implements AuditLog {
  private static final int FLAGS = Fd.O_WRONLY | Fd.O_CREAT | Fd.O_APPEND | Fd.O_NOFOLLOW;
  private static final int MODE = 0640;
  private static final byte[] NEWLINE = {'\n'};

  private final String path;
  private @Nullable Fd file;
  private boolean torn;

  public FileLog(String path) throws LinuxException {
    this.path = path;
    this.file = Fd.open(path, FLAGS, MODE);
  }

  @Override
  public boolean write(AuditRecord record) {
    byte[] line = record.line();
    try {
      if (file == null) {
        file = Fd.open(path, FLAGS, MODE);
      }
      if (torn) {
        // The end of the last line is missing, as the disk was full: the next begins its own.
        torn = Stream.write(file, NEWLINE, 0, 1) != 1;
      }
      int written = Stream.write(file, line, 0, line.length);
      torn |= written != line.length;
      return written == line.length;
    } catch (LinuxException e) {
      return false;
    }
  }

  @Override
  public void reopen() throws LinuxException {
    Fd next = Fd.open(path, FLAGS, MODE);
    close();
    file = next;
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
