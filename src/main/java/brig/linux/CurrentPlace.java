package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Working directory and umask of the calling thread, once it shares them with no other. */
public final class CurrentPlace {
  private static final int PATH_MAX = 4096;

  private CurrentPlace() {}

  public static void changeTo(String directory) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      LinuxException.check(JailKernel.chdir(memory.name(directory)), "chdir", directory);
    }
  }

  /** Makes a directory the root, and the working directory too, as chroot(2) alone does not. */
  public static void rootAt(String directory) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      LinuxException.check(JailKernel.chroot(memory.name(directory)), "chroot", directory);
    }
    changeTo("/");
  }

  /** As the kernel names it; begins with {@code (unreachable)} outside of the root. */
  public static String directory() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment buffer = memory.bytes(PATH_MAX);
      int length =
          (int) LinuxException.check(JailKernel.getcwd(buffer.address(), PATH_MAX), "getcwd", null);
      byte[] path = new byte[length - 1];
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, path, 0, path.length);
      return FileNames.decode(path);
    }
  }

  public static void setUmask(int mask) throws LinuxException {
    LinuxException.check(JailKernel.umask(mask), "umask", null);
  }
}
