package brig.cli.command;

import brig.linux.Fd;
import brig.linux.LinuxException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A file of the host, to be written from its beginning. Remembers its first failure: a PrintStream
 * on top of it swallows them all.
 */
public final class FdStream extends OutputStream {
  private final Fd file;
  private @Nullable LinuxException failure;

  public FdStream(String path) throws LinuxException {
    file = Fd.open(path, Fd.O_WRONLY | Fd.O_CREAT | Fd.O_TRUNC, 0644);
  }

  @Override
  public void write(int b) throws LinuxException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws LinuxException {
    try {
      file.write(Arrays.copyOfRange(bytes, offset, offset + length));
    } catch (LinuxException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  /** Throws what the first failing write threw. */
  public void check() throws LinuxException {
    LinuxException first = failure;
    if (first != null) {
      throw first;
    }
  }

  @Override
  public void close() throws LinuxException {
    file.finish();
  }
}
