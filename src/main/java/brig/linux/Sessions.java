package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Sessions and controlling terminals: credentials(7), tty(4). */
public final class Sessions {
  private static final int TIOCNOTTY = 0x5422;
  private static final int TIOCGPGRP = 0x540F;
  private static final int EPERM = -Errno.EPERM.number();

  private Sessions() {}

  /**
   * Takes the controlling terminal from this process. It gets a session of its own; where it leads
   * a process group, as what an interactive shell starts does, setsid(2) is refused: then it gives
   * up the terminal alone and stays in the group, so that the terminal's interrupt key still
   * reaches it.
   */
  public static void leaveTerminal() throws LinuxException {
    long result = JailKernel.setsid();
    if (result != EPERM) {
      LinuxException.check(result, "setsid", null);
      return;
    }
    if (leads()) {
      // It leads the session already, as what ssh -t starts does: then TIOCNOTTY sends SIGHUP to
      // the foreground group (tty_ioctl(2)), this process, and the JVM would end.
      SignalState.ignore(Signal.SIGHUP);
    }
    try (Fd terminal = Fd.open("/dev/tty", Fd.O_RDWR)) {
      LinuxException.check(JailKernel.ioctl(terminal.number(), TIOCNOTTY, 0), "TIOCNOTTY", null);
    } catch (LinuxException e) {
      // ENXIO: there was no controlling terminal to begin with.
      if (e.errno() != Errno.ENXIO && e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }

  /** This process has a controlling terminal, asked through the host's /dev/tty. */
  public static boolean hasTerminal() {
    try (Fd terminal = Fd.open("/dev/tty", Fd.O_RDONLY)) {
      return terminal.number() >= 0;
    } catch (LinuxException e) {
      return false;
    }
  }

  /** Keys such as Ctrl-C reach this process group: it is its terminal's foreground one. */
  public static boolean inForeground() {
    try (Fd terminal = Fd.open("/dev/tty", Fd.O_RDONLY);
        Scratch memory = Scratch.take()) {
      MemorySegment group = memory.bytes(8);
      long result = JailKernel.ioctl(terminal.number(), TIOCGPGRP, group.address());
      return result >= 0 && group.get(ValueLayout.JAVA_INT, 0) == TraceKernel.getpgid(0);
    } catch (LinuxException e) {
      return false; // no terminal
    }
  }

  private static boolean leads() throws LinuxException {
    return LinuxException.check(JailKernel.getsid(0), "getsid", null) == ProcessKernel.getpid();
  }
}
