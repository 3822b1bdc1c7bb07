package brig.cli;

import brig.linux.Fd;
import brig.linux.LinuxException;
import java.io.OutputStream;
import java.util.Arrays;

/** A file of the host, to be written from its beginning. */
final class FdStream extends OutputStream {
  private final Fd file;

  FdStream(String path) throws LinuxException {
    file = Fd.open(path, Fd.O_WRONLY | Fd.O_CREAT | Fd.O_TRUNC, 0644);
  }

  @Override
  public void write(int b) throws LinuxException {
    file.write(new byte[] {(byte) b});
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws LinuxException {
    file.write(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  @Override
  public void close() throws LinuxException {
    file.finish();
  }
}
