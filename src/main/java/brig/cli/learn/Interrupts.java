package brig.cli.learn;

import brig.linux.LinuxException;
import brig.linux.Poll;
import brig.linux.Signal;
import brig.linux.SignalPipe;

/** Notes that somebody wants an end, so that it can be an orderly one. */
final class Interrupts implements AutoCloseable {
  private final SignalPipe signals;
  private boolean came;

  private Interrupts(SignalPipe signals) {
    this.signals = signals;
  }

  static Interrupts listen() throws LinuxException {
    return new Interrupts(SignalPipe.of(Signal.SIGHUP, Signal.SIGINT, Signal.SIGTERM));
  }

  /** Asked by one thread. */
  boolean came() {
    try {
      if (!came && Poll.readable(0, signals.fd())[0]) {
        came = signals.next() != 0;
      }
    } catch (LinuxException e) {
      throw new IllegalStateException(e);
    }
    return came;
  }

  @Override
  public void close() throws LinuxException {
    signals.close();
  }
}
