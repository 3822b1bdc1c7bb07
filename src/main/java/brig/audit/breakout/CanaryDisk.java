package brig.audit.breakout;

import static brig.audit.breakout.Steps.CWD;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.audit.breakout.Puppet.Buffer;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;

/**
 * A disk of Brig's own for those who would read the machine's: a loop device (loop(4)) on a file in
 * the outer canary directory, held by the helper outside, and gone with it.
 *
 * @param minor its number; the major one is 7
 */
record CanaryDisk(int minor) {
  static final int MAJOR = 7;
  private static final String IMAGE = "disk";
  private static final int LOOP_CTL_GET_FREE = 0x4C82;
  private static final int LOOP_CONFIGURE = 0x4C0A; // since Linux 5.8
  private static final int LOOP_CONFIG_SIZE = 304;
  private static final int LO_FLAGS = 8 + 52; // lo_flags of the loop_info64 that is at 8
  private static final int LO_FLAGS_READ_ONLY = 1;
  private static final int LO_FLAGS_AUTOCLEAR = 4;
  private static final int ATTEMPTS = 8;

  static CanaryDisk make(Scene scene) throws Refused, NotPossible, LinuxException {
    Canary canary = scene.canary();
    if (canary.outside().statAt(IMAGE) == null) {
      canary.add(IMAGE, DiskImage.of(canary.secret()));
    }
    Puppet helper = scene.helper();
    String directory = canary.outside().path();
    long control = helper.need("openat", CWD, "/dev/loop-control", Fd.O_RDWR, 0);
    long image = helper.need("openat", CWD, directory + "/" + IMAGE, Fd.O_RDONLY, 0);
    for (int i = 0; i < ATTEMPTS; i++) {
      int minor = (int) helper.need("ioctl", control, LOOP_CTL_GET_FREE, 0);
      String node = "loop" + i;
      Names.unlink(canary.outside(), node);
      Names.mknod(canary.outside(), node, Stat.S_IFBLK | 0600, MAJOR, minor);
      long device = helper.need("openat", CWD, directory + "/" + node, Fd.O_RDONLY, 0);
      Buffer config =
          helper.put(
              Struct.of(LOOP_CONFIG_SIZE)
                  .u32(0, (int) image)
                  .u32(LO_FLAGS, LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR)
                  .bytes());
      long result = helper.call("ioctl", device, LOOP_CONFIGURE, config);
      if (result == 0) {
        return new CanaryDisk(minor);
      }
      if (result != -Errno.EBUSY.number()) { // else another was faster
        throw new NotPossible("no loop device: " + Errno.of((int) -result).name());
      }
      helper.call("close", device);
    }
    throw new NotPossible("no loop device: all are in use");
  }

  /** As mknod(2) wants it: new_encode_dev of linux/kdev_t.h. */
  long device() {
    return (minor & 0xFFL) | (long) MAJOR << 8 | (minor & 0xFFF00L) << 12;
  }
}
