package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The capability sets of the calling thread, as bit masks (capabilities(7)).
 *
 * @param effective what it may do now
 * @param permitted what it may make effective
 * @param inheritable what an exec may hand on
 */
public record Capabilities(long effective, long permitted, long inheritable) {
  public static final int SECBIT_NOROOT = 1;
  public static final int SECBIT_NOROOT_LOCKED = 1 << 1;
  public static final int SECBIT_NO_SETUID_FIXUP_LOCKED = 1 << 3;
  public static final int SECBIT_KEEP_CAPS = 1 << 4;
  public static final int SECBIT_NO_CAP_AMBIENT_RAISE = 1 << 6;
  public static final int SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED = 1 << 7;

  private static final int LINUX_CAPABILITY_VERSION_3 = 0x20080522;
  private static final int PR_CAPBSET_DROP = 24;
  private static final int PR_GET_SECUREBITS = 27;
  private static final int PR_SET_SECUREBITS = 28;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int PR_CAP_AMBIENT = 47;
  private static final int PR_CAP_AMBIENT_RAISE = 2;
  private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;
  private static final int EINVAL = -Errno.EINVAL.number();
  private static final int LAST_POSSIBLE = 63;

  /** Those of the calling thread. */
  public static Capabilities mine() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment data = memory.bytes(24);
      LinuxException.check(
          JailKernel.capget(header(memory).address(), data.address()), "capget", null);
      return read(data);
    }
  }

  /** Makes these the calling thread's, and no other thread's. */
  public void set() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment data = memory.bytes(24);
      write(data);
      LinuxException.check(
          JailKernel.capset(header(memory).address(), data.address()), "capset", null);
    }
  }

  // struct __user_cap_header_struct { u32 version; int pid; }
  private static MemorySegment header(Scratch memory) {
    MemorySegment header = memory.bytes(8);
    header.set(ValueLayout.JAVA_INT, 0, LINUX_CAPABILITY_VERSION_3);
    return header;
  }

  // struct __user_cap_data_struct { u32 effective, permitted, inheritable; } [2], lower half first
  static Capabilities read(MemorySegment data) {
    return new Capabilities(both(data, 0), both(data, 4), both(data, 8));
  }

  void write(MemorySegment data) {
    put(data, 0, effective);
    put(data, 4, permitted);
    put(data, 8, inheritable);
  }

  private static long both(MemorySegment data, int at) {
    return (data.get(ValueLayout.JAVA_INT, at) & 0xFFFFFFFFL)
        | (long) data.get(ValueLayout.JAVA_INT, at + 12) << 32;
  }

  private static void put(MemorySegment data, int at, long set) {
    data.set(ValueLayout.JAVA_INT, at, (int) set);
    data.set(ValueLayout.JAVA_INT, at + 12, (int) (set >>> 32));
  }

  /** Takes all but these out of the bounding set, those that this Brig has no name for too. */
  public static void boundBy(long kept) throws LinuxException {
    for (int number = 0; number <= LAST_POSSIBLE; number++) {
      if ((kept >>> number & 1) != 0) {
        continue;
      }
      long result = JailKernel.prctl(PR_CAPBSET_DROP, number, 0);
      if (result == EINVAL && number > 0) {
        return; // the kernel knows no more
      }
      LinuxException.check(result, "prctl PR_CAPBSET_DROP", null);
    }
  }

  /** Makes the ambient set exactly these; each must be permitted and inheritable already. */
  public static void setAmbient(long set) throws LinuxException {
    LinuxException.check(
        JailKernel.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0),
        "prctl PR_CAP_AMBIENT",
        null);
    for (int number = 0; number <= LAST_POSSIBLE; number++) {
      if ((set >>> number & 1) != 0) {
        LinuxException.check(
            JailKernel.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number),
            "prctl PR_CAP_AMBIENT_RAISE",
            null);
      }
    }
  }

  public static int securebits() throws LinuxException {
    return (int)
        LinuxException.check(
            JailKernel.prctl(PR_GET_SECUREBITS, 0, 0), "prctl PR_GET_SECUREBITS", null);
  }

  public static void setSecurebits(int bits) throws LinuxException {
    LinuxException.check(
        JailKernel.prctl(PR_SET_SECUREBITS, bits, 0), "prctl PR_SET_SECUREBITS", null);
  }

  /** No exec of this thread or its children ever gains a privilege again. */
  public static void setNoNewPrivileges() throws LinuxException {
    LinuxException.check(
        JailKernel.prctl(PR_SET_NO_NEW_PRIVS, 1, 0), "prctl PR_SET_NO_NEW_PRIVS", null);
  }
}
