package brig.web.log;

import brig.linux.Fd;
import brig.linux.LinuxException;

/** A file that can only be appended to, opened outside. */
public final class LogFile {
  private Fd file;

  public LogFile(Fd file) {
    this.file = file;
  }

  synchronized void write(byte[] bytes) throws LinuxException {
    file.write(bytes);
  }

  /** Closes the file and goes on with another. */
  synchronized void turnTo(Fd other) {
    Fd before = file;
    file = other;
    before.close();
  }
}
