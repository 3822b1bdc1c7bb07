package brig.linux;

import java.lang.foreign.MemorySegment;

/** A terminal of this process's own: pty(7), ioctl_tty(2). */
public final class PseudoTerminal implements AutoCloseable {
  private static final int O_NOCTTY = 0x100;
  private static final long TIOCSPTLCK = 0x40045431L;
  private static final long TIOCGPTPEER = 0x5441L; // since Linux 4.13

  private final Fd master;
  private final Fd terminal;

  private PseudoTerminal(Fd master, Fd terminal) {
    this.master = master;
    this.terminal = terminal;
  }

  public static PseudoTerminal open() throws LinuxException {
    Fd master = Fd.open("/dev/ptmx", Fd.O_RDWR | O_NOCTTY);
    try (Scratch memory = Scratch.take()) {
      MemorySegment unlocked = memory.bytes(4);
      LinuxException.check(
          JailKernel.ioctl(master.number(), TIOCSPTLCK, unlocked.address()), "TIOCSPTLCK", "pty");
      long fd = JailKernel.ioctl(master.number(), TIOCGPTPEER, Fd.O_RDWR | O_NOCTTY | Fd.O_CLOEXEC);
      return new PseudoTerminal(
          master, Fd.of((int) LinuxException.check(fd, "TIOCGPTPEER", "pty"), "a terminal"));
    } catch (LinuxException e) {
      master.close();
      throw e;
    }
  }

  /** What a program sees as its terminal. */
  public Fd terminal() {
    return terminal;
  }

  /** The other end; when the last of its descriptors is closed, the terminal hangs up. */
  public Fd master() {
    return master;
  }

  @Override
  public void close() {
    terminal.close();
    master.close();
  }
}
