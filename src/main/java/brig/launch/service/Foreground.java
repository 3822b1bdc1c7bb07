package brig.launch.service;

import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Poll;
import brig.linux.ProcessStatus;
import brig.linux.Signal;
import brig.linux.SignalPipe;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a terminal or a supervisor and a service: passes signals on, waits for its end.
 */
public final class Foreground implements AutoCloseable {
  private static final int[] PASSED_ON = {
    Signal.SIGHUP,
    Signal.SIGINT,
    Signal.SIGQUIT,
    Signal.SIGTERM,
    Signal.SIGUSR1,
    Signal.SIGUSR2,
    Signal.SIGCONT,
    Signal.SIGWINCH
  };

  private final SignalPipe signals;

  private Foreground(SignalPipe signals) {
    this.signals = signals;
  }

  /** To be called before the service is started: no signal may be lost between. */
  public static Foreground prepare() throws LinuxException {
    return new Foreground(SignalPipe.of(PASSED_ON));
  }

  /**
   * Waits for a child of this process.
   *
   * @param deaf it is the first of its pid namespace, to which a signal that it has no handler for
   *     is not delivered: such a SIGTERM, SIGINT or SIGQUIT kills it, as it would anybody else
   */
  public Pidfd.Ending await(Pidfd child, boolean deaf) throws LinuxException {
    while (true) {
      boolean[] ready = Poll.readable(-1, child.fd(), signals.fd());
      for (int signal = signals.next(); signal != 0; signal = signals.next()) {
        child.signal(effective(child.pid(), signal, deaf));
      }
      if (ready[0]) {
        return child.reap();
      }
    }
  }

  /**
   * Waits for a signal that is to be passed on.
   *
   * @param millis how long at most
   * @param process waits no longer than until it ends; null: there is none
   * @return 0: no signal has come
   */
  public int next(long millis, @Nullable Pidfd process) throws LinuxException {
    if (process == null) {
      Poll.readable(millis, signals.fd());
    } else {
      Poll.readable(millis, signals.fd(), process.fd());
    }
    return signals.next();
  }

  /** Signals do again what they did before {@link #prepare}. */
  @Override
  public void close() throws LinuxException {
    signals.close();
  }

  private static int effective(int pid, int signal, boolean deaf) throws LinuxException {
    boolean ends =
        signal == Signal.SIGTERM
            || signal == Signal.SIGINT
            || signal == Signal.SIGQUIT
            || signal == Signal.SIGHUP;
    if (!deaf || !ends) {
      return signal;
    }
    ProcessStatus status = ProcessStatus.of(pid);
    return status == null || status.catches(signal) || status.ignores(signal)
        ? signal
        : Signal.SIGKILL;
  }
}
