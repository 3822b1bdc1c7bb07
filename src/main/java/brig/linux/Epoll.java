package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Waiting for many descriptors at once: epoll(7). For one thread, but for {@link #wake}, which any
 * thread may call.
 */
public final class Epoll implements AutoCloseable {
  public static final int IN = 1;
  public static final int OUT = 4;
  public static final int ERROR = 8;
  public static final int HANGUP = 0x10;

  /** The other end will send nothing more. */
  public static final int READ_HANGUP = 0x2000;

  /** The token under which {@link #wake} is told. */
  public static final long WOKEN = -1;

  private static final boolean X86 = Architecture.current() == Architecture.X86_64;
  private static final int ADD = 1;
  private static final int DELETE = 2;
  private static final int MODIFY = 3;
  private static final int MOST = 256;

  /** struct epoll_event { u32 events; u64 data; }, packed on x86-64 alone. */
  static final int EVENT_SIZE = X86 ? 12 : 16;

  static final int DATA = X86 ? 4 : 8;
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int EINTR = -Errno.EINTR.number();

  private final Fd epoll;
  private final Fd waker;
  private final MemorySegment events = Arena.ofAuto().allocate((long) MOST * EVENT_SIZE, 16);

  private Epoll(Fd epoll, Fd waker) {
    this.epoll = epoll;
    this.waker = waker;
  }

  public static Epoll open() throws LinuxException {
    int epoll =
        (int)
            LinuxException.check(
                Native.syscall(X86 ? 291 : 20, Fd.O_CLOEXEC, 0, 0, 0, 0, 0), "epoll_create1", null);
    int waker =
        (int)
            LinuxException.check(
                Native.syscall(X86 ? 290 : 19, 0, Fd.O_CLOEXEC | Fd.O_NONBLOCK, 0, 0, 0, 0),
                "eventfd2",
                null);
    Epoll open = new Epoll(Fd.of(epoll, "epoll"), Fd.of(waker, "eventfd"));
    open.add(open.waker, IN, WOKEN);
    return open;
  }

  private void control(int operation, Fd fd, int interest, long token) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment event = memory.bytes(16);
      event.set(ValueLayout.JAVA_INT, 0, interest);
      event.set(WORD, DATA, token);
      LinuxException.check(
          Native.syscall(
              X86 ? 233 : 21, epoll.number(), operation, fd.number(), event.address(), 0, 0),
          "epoll_ctl",
          fd.path());
    }
  }

  /**
   * Watches a descriptor; {@link #ERROR} and {@link #HANGUP} are always told.
   *
   * @param token what {@link #token} tells of it
   */
  public void add(Fd fd, int interest, long token) throws LinuxException {
    control(ADD, fd, interest, token);
  }

  public void modify(Fd fd, int interest, long token) throws LinuxException {
    control(MODIFY, fd, interest, token);
  }

  public void remove(Fd fd) throws LinuxException {
    control(DELETE, fd, 0, 0);
  }

  /**
   * Waits.
   *
   * @param millis how long at most; negative: for ever
   * @return how many events there are; 0 when the time is over
   */
  public int await(int millis) throws LinuxException {
    long count =
        Native.syscall(X86 ? 281 : 22, epoll.number(), events.address(), MOST, millis, 0, 0);
    if (count == EINTR) {
      return 0;
    }
    return (int) LinuxException.check(count, "epoll_pwait", null);
  }

  /** What the event was told for; valid until the next {@link #await}. */
  public long token(int index) {
    return events.get(WORD, (long) index * EVENT_SIZE + DATA);
  }

  public int events(int index) {
    return events.get(ValueLayout.JAVA_INT, (long) index * EVENT_SIZE);
  }

  /** Ends the wait of the other thread, or the next one that it begins. */
  public void wake() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment one = memory.bytes(8);
      one.set(ValueLayout.JAVA_LONG, 0, 1);
      Kernel.write(waker.number(), one.address(), 8);
    }
  }

  /** To be called when {@link #WOKEN} was told. */
  public void woken() {
    try (Scratch memory = Scratch.take()) {
      Kernel.read(waker.number(), memory.bytes(8).address(), 8);
    }
  }

  @Override
  public void close() {
    epoll.close();
    waker.close();
  }
}
