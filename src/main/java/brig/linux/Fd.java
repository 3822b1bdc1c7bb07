package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open file descriptor, and what is done relative to it. Every descriptor that Brig opens is
 * close-on-exec. Closing twice does nothing.
 */
public final class Fd implements AutoCloseable {
  // asm-generic/fcntl.h; the four that aarch64 numbers otherwise are chosen by architecture.
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0x40;
  public static final int O_EXCL = 0x80;
  public static final int O_TRUNC = 0x200;
  public static final int O_APPEND = 0x400;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_DIRECTORY = X86 ? 0x10000 : 0x4000;
  public static final int O_NOFOLLOW = X86 ? 0x20000 : 0x8000;

  /** Does not note the reading; for the file's owner and CAP_FOWNER only, EPERM for others. */
  public static final int O_NOATIME = 0x40000;

  public static final int O_CLOEXEC = 0x80000;
  public static final int O_PATH = 0x200000;

  // linux/openat2.h
  public static final int RESOLVE_NO_XDEV = 0x01;
  public static final int RESOLVE_NO_MAGICLINKS = 0x02;
  public static final int RESOLVE_NO_SYMLINKS = 0x04;
  public static final int RESOLVE_BENEATH = 0x08;
  public static final int RESOLVE_IN_ROOT = 0x10;

  private static final int OPEN_HOW_SIZE = 24;
  private static final int EINTR = -Errno.EINTR.number();
  private static final int EAGAIN = -Errno.EAGAIN.number();

  private final int number;
  private final String path;
  private boolean closed;

  Fd(int number, String path) {
    this.number = number;
    this.path = path;
  }

  /** Takes over a descriptor that something else opened; {@code path} is for error messages. */
  public static Fd of(int number, String path) {
    return new Fd(number, path);
  }

  /** Opens a path of the host, links followed. */
  public static Fd open(String path, int flags) throws LinuxException {
    return open(path, flags, 0);
  }

  public static Fd open(String path, int flags, int mode) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      long name = memory.name(path);
      long result;
      do {
        result = Kernel.openat(Kernel.AT_FDCWD, name, flags | O_CLOEXEC, mode);
      } while (result == EINTR);
      return new Fd((int) LinuxException.check(result, "open", path), path);
    }
  }

  /**
   * Opens a path below this directory.
   *
   * @param resolve RESOLVE_* flags: how links, {@code ..} and mounts on the way are treated
   *     (openat2(2), since Linux 5.6)
   */
  public Fd openAt(String name, int flags, int mode, int resolve) throws LinuxException {
    String full = path + "/" + name;
    try (Scratch memory = Scratch.take()) {
      MemorySegment how = memory.bytes(OPEN_HOW_SIZE);
      how.set(ValueLayout.JAVA_LONG, 0, flags | O_CLOEXEC);
      how.set(ValueLayout.JAVA_LONG, 8, mode);
      how.set(ValueLayout.JAVA_LONG, 16, resolve);
      long cName = memory.name(name);
      long result;
      do {
        result = Kernel.openat2(number(), cName, how.address(), OPEN_HOW_SIZE);
        // EAGAIN: the tree was changed during a scoped look-up; openat2(2) says to try again.
      } while (result == EINTR || result == EAGAIN);
      return new Fd((int) LinuxException.check(result, "openat2", full), full);
    }
  }

  /**
   * Opens anew what this descriptor is open on, O_PATH or not: the very file that was looked at,
   * whatever bears its name by now. Goes through /proc/self/fd (proc_pid_fd(5)).
   */
  public Fd reopen(int flags) throws LinuxException {
    try {
      return new Fd(open("/proc/self/fd/" + number(), flags).number(), path);
    } catch (LinuxException e) {
      throw new LinuxException("open", path, e.errno());
    }
  }

  public int number() {
    if (closed) {
      throw new IllegalStateException("descriptor of " + path + " is closed");
    }
    return number;
  }

  /** The path it was opened by, for messages only. */
  public String path() {
    return path;
  }

  /** What this descriptor is open on. */
  public Stat stat() throws LinuxException {
    return Stat.at(number(), "", Kernel.AT_EMPTY_PATH, path);
  }

  /** A name in this directory, links not followed; null when there is none. */
  public @Nullable Stat statAt(String name) throws LinuxException {
    return Stat.orNull(number(), name, Kernel.AT_SYMLINK_NOFOLLOW, path + "/" + name);
  }

  /** Reads at a position; returns less than asked at the end of the file only, 0 beyond it. */
  public int read(long position, byte[] into, int offset, int length) throws LinuxException {
    int done = 0;
    while (done < length) {
      try (Scratch memory = Scratch.take()) {
        int chunk = Math.min(length - done, 64 * 1024);
        MemorySegment buffer = memory.bytes(chunk);
        long count = Kernel.pread64(number(), buffer.address(), chunk, position + done);
        if (count == EINTR) {
          continue;
        }
        int got = (int) LinuxException.check(count, "read", path);
        if (got == 0) {
          break;
        }
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset + done, got);
        done += got;
      }
    }
    return done;
  }

  /**
   * Reads at a position into a direct buffer, as much as one call gives; 0 at the end of the file.
   */
  public int read(long position, ByteBuffer into) throws LinuxException {
    if (!into.isDirect()) {
      throw new IllegalArgumentException("the kernel writes to direct buffers only");
    }
    long address = MemorySegment.ofBuffer(into).address();
    long count;
    do {
      count = Kernel.pread64(number(), address, into.remaining(), position);
    } while (count == EINTR);
    int got = (int) LinuxException.check(count, "read", path);
    into.position(into.position() + got);
    return got;
  }

  /** Writes all of the bytes at the file's own position. */
  public void write(byte[] bytes) throws LinuxException {
    int done = 0;
    while (done < bytes.length) {
      try (Scratch memory = Scratch.take()) {
        int chunk = Math.min(bytes.length - done, 64 * 1024);
        MemorySegment buffer = memory.bytes(chunk);
        MemorySegment.copy(bytes, done, buffer, ValueLayout.JAVA_BYTE, 0, chunk);
        long count = Kernel.write(number(), buffer.address(), chunk);
        if (count != EINTR) {
          done += (int) LinuxException.check(count, "write", path);
        }
      }
    }
  }

  /** Returns when the file's bytes and its size are on the disk (fdatasync(2)). */
  public void syncData() throws LinuxException {
    LinuxException.check(FileKernel.fdatasync(number()), "fdatasync", path);
  }

  /** Returns when all of the file is on the disk; of a directory: its names (fsync(2)). */
  public void sync() throws LinuxException {
    LinuxException.check(FileKernel.fsync(number()), "fsync", path);
  }

  /** Cuts the file off, or lengthens it by a hole. */
  public void truncate(long length) throws LinuxException {
    LinuxException.check(FileKernel.ftruncate(number(), length), "truncate", path);
  }

  /** All names in this directory but {@code .} and {@code ..}, in the kernel's order. */
  public List<String> list() throws LinuxException {
    List<String> names = new ArrayList<>();
    LinuxException.check(FileKernel.lseek(number(), 0, FileKernel.SEEK_SET), "rewind", path);
    try (Scratch memory = Scratch.take()) {
      int size = 32 * 1024;
      MemorySegment buffer = memory.bytes(size);
      byte[] bytes = new byte[size];
      while (true) {
        long count =
            LinuxException.check(
                Kernel.getdents64(number(), buffer.address(), size), "getdents64", path);
        if (count == 0) {
          return names;
        }
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, (int) count);
        addNames(bytes, (int) count, names);
      }
    }
  }

  // struct linux_dirent64 { u64 d_ino; s64 d_off; u16 d_reclen; u8 d_type; char d_name[]; }
  private static void addNames(byte[] bytes, int count, List<String> names) {
    int at = 0;
    while (at < count) {
      int length = (bytes[at + 16] & 0xFF) | (bytes[at + 17] & 0xFF) << 8;
      int end = at + 19;
      while (bytes[end] != 0) {
        end++;
      }
      String name = FileNames.decode(bytes, at + 19, end);
      if (!name.equals(".") && !name.equals("..")) {
        names.add(name);
      }
      at += length;
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      // Linux frees the descriptor even when close(2) reports an error.
      Kernel.close(number);
    }
  }

  /**
   * Closes a file that was written: some file systems (NFS, those with quotas) tell only now that
   * not all of it could be stored.
   */
  public void finish() throws LinuxException {
    if (!closed) {
      closed = true;
      long result = Kernel.close(number);
      if (result != EINTR) {
        LinuxException.check(result, "close", path);
      }
    }
  }

  /** The target of a symbolic link, as it is written in the link. */
  public static String readLink(String path) throws LinuxException {
    return readLink(Kernel.AT_FDCWD, path, path);
  }

  public String readLinkAt(String name) throws LinuxException {
    return readLink(number(), name, path + "/" + name);
  }

  private static String readLink(int dirFd, String name, String full) throws LinuxException {
    int size = 4097; // PATH_MAX, and one more byte to see that nothing was cut off
    try (Scratch memory = Scratch.take()) {
      long cName = memory.name(name);
      MemorySegment buffer = memory.bytes(size);
      int length =
          (int)
              LinuxException.check(
                  Kernel.readlinkat(dirFd, cName, buffer.address(), size), "readlink", full);
      byte[] target = new byte[length];
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, target, 0, length);
      return FileNames.decode(target);
    }
  }

  @Override
  public String toString() {
    return number + " (" + path + ")";
  }
}
