package brig.seal;

import brig.elf.ByteSource;
import brig.linux.Fd;
import brig.linux.LinuxException;

/** A file of the host that is about to be copied. */
final class HostBytes implements ByteSource {
  private final Fd file;
  private final long size;

  HostBytes(String path) throws LinuxException {
    this.file = Fd.open(path, Fd.O_RDONLY | Fd.O_NONBLOCK | Fd.O_NOFOLLOW);
    try {
      this.size = file.stat().size();
    } catch (LinuxException e) {
      file.close();
      throw e;
    }
  }

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
}
