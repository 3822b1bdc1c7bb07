package brig.linux;

/**
 * A thread that answers signals until it is closed.
 *
 * <p>It must be closed before the process ends: the virtual machine gives a thread that is in a
 * system call 300 ms to come back before it exits.
 */
public final class SignalAnswers implements AutoCloseable {
  private final SignalPipe signals;
  private final Thread thread;
  private volatile boolean over;

  /** What is to be done about a signal. */
  @FunctionalInterface
  public interface Answer {
    void to(int signal) throws LinuxException;
  }

  private SignalAnswers(SignalPipe signals, Answer answer) {
    this.signals = signals;
    this.thread =
        Thread.ofPlatform().name("signals").daemon(true).unstarted(() -> answerAll(answer));
  }

  /** From now on these signals do nothing to this process but to be answered. */
  public static SignalAnswers of(Answer answer, int... signals) throws LinuxException {
    SignalAnswers answers = new SignalAnswers(SignalPipe.of(signals), answer);
    answers.thread.start();
    return answers;
  }

  Thread thread() {
    return thread;
  }

  private void answerAll(Answer answer) {
    try {
      while (!over) {
        Poll.readable(-1, signals.fd());
        for (int signal = signals.next(); signal != 0; signal = signals.next()) {
          answer.to(signal);
        }
      }
    } catch (LinuxException | IllegalStateException e) {
      // Whom the answer was for is gone.
    }
  }

  @Override
  public void close() throws LinuxException {
    over = true;
    signals.wake();
    OwnThread.join(thread);
    signals.close();
  }
}
