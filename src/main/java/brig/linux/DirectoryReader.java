package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The names of a directory one by one, however many there are. The place can be kept while the
 * descriptor is closed, and be gone on from in another one of the same directory.
 */
public final class DirectoryReader {
  private static final int SIZE = 32 * 1024;

  private byte[] bytes = new byte[0];
  private int at;
  private int end;
  private long cookie;

  /** Where to go on: the kernel's own name for a place in a directory (getdents(2), d_off). */
  public long cookie() {
    return cookie;
  }

  /** Goes to a place that {@link #cookie} told, or to the beginning with 0. */
  public void seek(Fd directory, long cookie) throws LinuxException {
    LinuxException.check(
        FileKernel.lseek(directory.number(), cookie, FileKernel.SEEK_SET),
        "rewind",
        directory.path());
    this.cookie = cookie;
    at = 0;
    end = 0;
  }

  /** Gives the buffer back while there is much else to read; {@link #seek} goes on. */
  public void release() {
    bytes = new byte[0];
    at = 0;
    end = 0;
  }

  /** The next name but {@code .} and {@code ..}; null at the end. */
  public @Nullable String next(Fd directory) throws LinuxException {
    while (true) {
      if (at == end && !fill(directory)) {
        return null;
      }
      String name = take();
      if (!name.equals(".") && !name.equals("..")) {
        return name;
      }
    }
  }

  private boolean fill(Fd directory) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment buffer = memory.bytes(SIZE);
      int count =
          (int)
              LinuxException.check(
                  Kernel.getdents64(directory.number(), buffer.address(), SIZE),
                  "getdents64",
                  directory.path());
      if (bytes.length < count) {
        bytes = new byte[count];
      }
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, count);
      at = 0;
      end = count;
      return count > 0;
    }
  }

  // struct linux_dirent64 { u64 d_ino; s64 d_off; u16 d_reclen; u8 d_type; char d_name[]; }
  private String take() {
    int length = (bytes[at + 16] & 0xFF) | (bytes[at + 17] & 0xFF) << 8;
    long next = 0;
    for (int i = 7; i >= 0; i--) {
      next = next << 8 | (bytes[at + 8 + i] & 0xFF);
    }
    int from = at + 19;
    int to = from;
    while (bytes[to] != 0) {
      to++;
    }
    String name = FileNames.decode(bytes, from, to);
    at += length;
    cookie = next;
    return name;
  }
}
