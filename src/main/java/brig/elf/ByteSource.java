package brig.elf;

import java.io.Closeable;
import java.io.IOException;

/** Bytes that can be read anywhere: a file, or a test's array. */
public interface ByteSource extends Closeable {
  /** The length in bytes when it was opened. A file may be cut short later: see {@link #read}. */
  long size();

  /**
   * Reads up to {@code length} bytes from {@code position}.
   *
   * @return how many bytes came; less than {@code length} only at the end, 0 beyond it
   */
  int read(long position, byte[] into, int offset, int length) throws IOException;

  @Override
  void close() throws IOException;

  static ByteSource of(byte[] bytes) {
    return new ByteSource() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public int read(long position, byte[] into, int offset, int length) {
        if (position < 0 || position >= bytes.length) {
          return 0;
        }
        int count = (int) Math.min(length, bytes.length - position);
        System.arraycopy(bytes, (int) position, into, offset, count);
        return count;
      }

      @Override
      public void close() {}
    };
  }
}
