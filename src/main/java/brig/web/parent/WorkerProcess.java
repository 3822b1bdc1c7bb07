package brig.web.parent;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Signal;
import brig.report.BrigException;
import brig.report.Problem;
import brig.web.wire.Channel;
import brig.web.wire.Channel.Message;
import brig.web.wire.Channel.Word;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A worker that serves, as the parent holds it. */
final class WorkerProcess implements AutoCloseable {
  private final Pidfd process;
  private final Channel channel;
  private final Runnable gone;
  private Pidfd.@Nullable Ending ending;
  private final long startedNanos = System.nanoTime();

  /**
   * @param gone told when it has been reaped
   */
  WorkerProcess(Pidfd process, Channel channel, Runnable gone) {
    this.process = process;
    this.gone = gone;
    this.channel = channel;
  }

  int pid() {
    return process.pid();
  }

  /** Readable when it has ended. */
  Fd ended() {
    return process.fd();
  }

  /** Readable when it says something. */
  Fd says() {
    return channel.fd();
  }

  Channel channel() {
    return channel;
  }

  long ageMillis() {
    return (System.nanoTime() - startedNanos) / 1_000_000;
  }

  /** Waits for what it is to say next; what it warns of meanwhile is told. */
  Message expect(Word word, long millis, Telling telling) throws BrigException, LinuxException {
    while (true) {
      Message message;
      try {
        message = channel.receive(millis);
      } catch (LinuxException e) {
        if (e.errno() != Errno.ETIMEDOUT) {
          throw e;
        }
        throw failed("it said nothing for " + millis / 1000 + " s");
      }
      if (message == null) {
        throw failed(process.awaitEnd(2000) ? "it " + reap().text() : "it went silent");
      }
      if (message.word() == word) {
        return message;
      }
      if (message.word() == Word.FAILED) {
        throw BrigException.refused(Problem.of(message.text()));
      }
      telling.tell(message.text());
    }
  }

  private static BrigException failed(String answer) {
    return BrigException.refused(Problem.of("cannot start the worker").answered(answer));
  }

  /** Lets it finish its requests and end. */
  void finish() {
    try {
      channel.send(Word.FINISH, "", List.of());
    } catch (LinuxException e) {
      // It has ended by itself.
    }
  }

  /** Ends it. */
  void kill() throws LinuxException {
    process.signal(Signal.SIGKILL);
  }

  /** How it ended; waits for that. */
  Pidfd.Ending reap() throws LinuxException {
    Pidfd.Ending known = ending;
    if (known == null) {
      known = process.reap();
      ending = known;
      gone.run();
    }
    return known;
  }

  @Override
  public void close() {
    channel.close();
    process.close();
  }
}
