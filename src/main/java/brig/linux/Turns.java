package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** How long a thread would run at a time: sched_setattr(2). */
public final class Turns {
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;
  private static final int SCHED_SETATTR = X86 ? 314 : 274;
  private static final int SCHED_GETATTR = X86 ? 315 : 275;
  private static final long SCHED_FLAG_RESET_ON_FORK = 1;

  // struct sched_attr of linux/sched/types.h: u32 size 0, policy 4; u64 flags 8; s32 nice 16;
  // u32 priority 20; u64 runtime 24, deadline 32, period 40
  static final int SIZE = 48;
  static final int FLAGS = 8;
  static final int RUNTIME = 24;

  private Turns() {}

  /**
   * The calling thread asks for short turns: it gets no more of a processor, but sooner when it has
   * been woken (since Linux 6.12; earlier ones take the wish and do nothing). What it starts has
   * usual ones.
   *
   * @param nanos from 100,000 to 100,000,000
   */
  public static void ofThisThread(long nanos) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment attributes = memory.bytes(SIZE);
      read(attributes);
      attributes.set(
          ValueLayout.JAVA_LONG,
          FLAGS,
          attributes.get(ValueLayout.JAVA_LONG, FLAGS) | SCHED_FLAG_RESET_ON_FORK);
      attributes.set(ValueLayout.JAVA_LONG, RUNTIME, nanos);
      LinuxException.check(
          Native.syscall(SCHED_SETATTR, 0, attributes.address(), 0, 0, 0, 0),
          "sched_setattr",
          null);
    }
  }

  static void read(MemorySegment attributes) throws LinuxException {
    LinuxException.check(
        Native.syscall(SCHED_GETATTR, 0, attributes.address(), SIZE, 0, 0, 0),
        "sched_getattr",
        null);
  }
}
