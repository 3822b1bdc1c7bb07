package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A file as a block device: loop(4). The kernel lets one file be attached twice, as two devices
 * with a cache each, which would destroy what is in it: whoever attaches must first {@link #find},
 * and keep others from doing so meanwhile.
 */
public final class LoopDevice implements AutoCloseable {
  // linux/loop.h
  static final int LOOP_SET_CAPACITY = 0x4C07;
  static final int LOOP_GET_STATUS64 = 0x4C05;
  static final int LOOP_CONFIGURE = 0x4C0A; // since Linux 5.8
  static final int LOOP_CTL_GET_FREE = 0x4C82;
  static final int LO_FLAGS_AUTOCLEAR = 4;
  static final int INFO_SIZE = 232;
  static final int CONFIG_SIZE = 304;
  private static final int INFO_AT = 8;
  private static final int FLAGS_AT = 52;
  private static final int TRIES = 32;

  private final Fd device;

  private LoopDevice(Fd device) {
    this.device = device;
  }

  /** Such as {@code /dev/loop3}; valid while this is open or a file system on it is mounted. */
  public String path() {
    return device.path();
  }

  /** Open for reading and writing, past the file's own cache. */
  public Fd fd() {
    return device;
  }

  /** The device that a file is attached as already; null when it is not. */
  public static @Nullable LoopDevice find(Fd file) throws LinuxException {
    Stat stat = file.stat();
    try (Fd dev = Fd.open("/dev", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : dev.list()) {
        if (isLoop(name)) {
          LoopDevice device = openIfHolding("/dev/" + name, stat);
          if (device != null) {
            return device;
          }
        }
      }
    }
    return null;
  }

  private static boolean isLoop(String name) {
    if (!name.startsWith("loop") || name.length() == 4) {
      return false;
    }
    for (int i = 4; i < name.length(); i++) {
      if (name.charAt(i) < '0' || name.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  // While it is open, it is not detached: what is seen now stays true.
  private static @Nullable LoopDevice openIfHolding(String path, Stat file) {
    Fd device = null;
    try {
      device = Fd.open(path, Fd.O_RDWR);
      if (holds(device, file)) {
        return new LoopDevice(device);
      }
    } catch (LinuxException e) {
      // ENXIO: attached to nothing; others: not ours to look at.
    }
    if (device != null) {
      device.close();
    }
    return null;
  }

  private static boolean holds(Fd device, Stat file) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment info = memory.bytes(INFO_SIZE);
      LinuxException.check(
          FileKernel.ioctl(device.number(), LOOP_GET_STATUS64, info.address()),
          "LOOP_GET_STATUS64",
          device.path());
      return info.get(ValueLayout.JAVA_LONG, 0) == encoded(file.device())
          && info.get(ValueLayout.JAVA_LONG, 8) == file.inode();
    }
  }

  /** huge_encode_dev of linux/kdev_t.h. */
  static long encoded(long device) {
    long major = device >>> 32;
    long minor = device & 0xFFFFFFFFL;
    return (minor & 0xFF) | major << 8 | (minor & ~0xFFL) << 12;
  }

  /**
   * Attaches a file. The device goes by itself with the last that has it open or mounted, whatever
   * becomes of this process.
   *
   * @param file open for reading and writing
   */
  public static LoopDevice attach(Fd file) throws LinuxException {
    try (Fd control = Fd.open("/dev/loop-control", Fd.O_RDWR)) {
      for (int attempt = 1; ; attempt++) {
        long number = FileKernel.ioctl(control.number(), LOOP_CTL_GET_FREE, 0);
        LinuxException.check(number, "LOOP_CTL_GET_FREE", control.path());
        Fd device = Fd.open("/dev/loop" + number, Fd.O_RDWR);
        long result = configure(device, file);
        if (result >= 0) {
          return new LoopDevice(device);
        }
        device.close();
        // Somebody else took the free device first.
        if (result != -Errno.EBUSY.number() || attempt == TRIES) {
          LinuxException.check(result, "LOOP_CONFIGURE", "/dev/loop" + number);
        }
      }
    }
  }

  private static long configure(Fd device, Fd file) {
    try (Scratch memory = Scratch.take()) {
      MemorySegment config = memory.bytes(CONFIG_SIZE);
      writeConfig(config, file.number());
      return FileKernel.ioctl(device.number(), LOOP_CONFIGURE, config.address());
    }
  }

  // struct loop_config { u32 fd; u32 block_size; struct loop_info64 info; u64 reserved[8]; }
  static void writeConfig(MemorySegment config, int file) {
    config.set(ValueLayout.JAVA_INT, 0, file);
    config.set(ValueLayout.JAVA_INT, INFO_AT + FLAGS_AT, LO_FLAGS_AUTOCLEAR);
  }

  /** Makes the device as large as its file has become. */
  public void growToFile() throws LinuxException {
    LinuxException.check(
        FileKernel.ioctl(device.number(), LOOP_SET_CAPACITY, 0),
        "LOOP_SET_CAPACITY",
        device.path());
  }

  @Override
  public void close() {
    device.close();
  }
}
