package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The memory of another process, read and written as process_vm_readv(2) does. Addresses are what
 * that process claims: they may lead nowhere, and what they lead to may change at any time. Used by
 * one thread.
 */
public final class TraceeMemory {
  private static final int PAGE = 4096; // the smallest page of both architectures
  private static final int FIRST = 256; // most paths are shorter

  private final MemorySegment buffer = Arena.ofAuto().allocate(PAGE, 8);
  // Two struct iovec { void *base; size_t len; }
  private final MemorySegment local = Arena.ofAuto().allocate(16, 8);
  private final MemorySegment remote = Arena.ofAuto().allocate(16, 8);

  public TraceeMemory() {
    local.set(ValueLayout.JAVA_LONG, 0, buffer.address());
  }

  /** Reads at most a page into the buffer; returns how much was there, 0 when nothing was. */
  private int fetch(int tid, long address, int length) {
    local.set(ValueLayout.JAVA_LONG, 8, length);
    remote.set(ValueLayout.JAVA_LONG, 0, address);
    remote.set(ValueLayout.JAVA_LONG, 8, length);
    return (int) Math.max(0, TraceKernel.process_vm_readv(tid, local.address(), remote.address()));
  }

  /**
   * A file name that ends with a NUL.
   *
   * @param limit how many bytes are read at most; a longer name is cut off there
   * @return null when the address leads nowhere, or the memory ends before the name does
   */
  public @Nullable String name(int tid, long address, int limit) {
    byte[] bytes = new byte[FIRST];
    int length = 0;
    while (length < limit) {
      long at = address + length;
      int toPageEnd = PAGE - (int) (at & PAGE - 1);
      int want = Math.min(Math.min(toPageEnd, limit - length), length == 0 ? FIRST : PAGE);
      int got = fetch(tid, at, want);
      if (got == 0) {
        return null;
      }
      if (length + got > bytes.length) {
        bytes = Arrays.copyOf(bytes, limit);
      }
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, length, got);
      for (int i = length; i < length + got; i++) {
        if (bytes[i] == 0) {
          return FileNames.decode(bytes, 0, i);
        }
      }
      length += got;
    }
    return FileNames.decode(bytes, 0, limit);
  }

  /** Bytes, at most a page of them; fewer where the memory ends, none where there is nothing. */
  public byte[] bytes(int tid, long address, int length) {
    int got = fetch(tid, address, Math.min(length, PAGE));
    byte[] bytes = new byte[got];
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, got);
    return bytes;
  }

  /** One word; 0 where there is nothing. */
  public long word(int tid, long address) {
    return fetch(tid, address, 8) == 8 ? buffer.get(ValueLayout.JAVA_LONG, 0) : 0;
  }

  /** Writes where the process itself may write. */
  public void write(int tid, long address, byte[] bytes) throws LinuxException {
    int done = 0;
    while (done < bytes.length) {
      int length = Math.min(PAGE, bytes.length - done);
      MemorySegment.copy(bytes, done, buffer, ValueLayout.JAVA_BYTE, 0, length);
      local.set(ValueLayout.JAVA_LONG, 8, length);
      remote.set(ValueLayout.JAVA_LONG, 0, address + done);
      remote.set(ValueLayout.JAVA_LONG, 8, length);
      done +=
          (int)
              LinuxException.check(
                  TraceKernel.process_vm_writev(tid, local.address(), remote.address()),
                  "process_vm_writev",
                  "/proc/" + tid);
    }
  }
}
