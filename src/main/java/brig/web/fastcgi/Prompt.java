package brig.web.fastcgi;

import brig.web.cgi.Answer;
import brig.web.cgi.Outcome;
import brig.web.cgi.ProgramLate;
import brig.web.limits.Deadlines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * One request for which no thread waits: it is written at once, and an answer that comes in one
 * piece is heard and sent by the thread that selects. An answer that comes in several is left to a
 * thread that may wait, with what has come of it.
 */
final class Prompt implements Invocable.Task, RecordSink {
  private final FastCgiConnection connection;
  private final Bounds bounds;
  private final Answer answer;
  private final Outcome outcome;
  private final Outcome.@Nullable Rest again;
  private final Runnable keep;
  private final Deadlines.Watch watch;
  private final Exchange exchange;
  private byte[] output = new byte[0];
  private int length;
  private boolean over;

  /** How long, and by whom. */
  record Bounds(Deadlines deadlines, long silenceMillis, Executor threads) {}

  /**
   * @param again asks once more, over a new connection; null: that must not be
   * @param keep puts the connection back
   */
  Prompt(
      FastCgiConnection connection,
      Bounds bounds,
      Answer answer,
      Consumer<String> errors,
      Outcome outcome,
      Outcome.@Nullable Rest again,
      Runnable keep) {
    this.connection = connection;
    this.bounds = bounds;
    this.answer = answer;
    this.outcome = outcome;
    this.again = again;
    this.keep = keep;
    this.watch = bounds.deadlines().watch(this::late);
    this.exchange =
        new Exchange(connection, watch, bounds.silenceMillis(), answer, errors, bounds.threads());
  }

  void begin(ByteBuffer question) {
    watch.within(bounds.silenceMillis());
    Runnable then = null;
    synchronized (this) {
      connection.hears(this);
      try {
        connection.writeSome(question);
        if (question.hasRemaining()) {
          then = left(question, null);
        }
      } catch (IOException e) {
        then = () -> unheard(e);
      }
      over = then != null;
    }
    if (then != null) {
      then.run();
    }
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  /** Something has come. */
  @Override
  public void run() {
    Runnable then;
    synchronized (this) {
      then = over ? null : heard();
      over |= then != null;
    }
    if (then != null) {
      then.run();
    }
  }

  private @Nullable Runnable heard() {
    try {
      ByteBuffer bytes = connection.readSome();
      if (bytes == null) {
        return null;
      }
      if (!bytes.hasRemaining()) {
        return () ->
            unheard(new FastCgiException("it closed the connection in the middle of an answer"));
      }
      return RecordReader.holdsEnd(bytes)
          ? () -> whole(bytes)
          : left(ByteBuffer.allocate(0), bytes);
    } catch (IOException e) {
      return () -> unheard(e);
    }
  }

  private void whole(ByteBuffer bytes) {
    watch.close();
    output = new byte[bytes.remaining()];
    try {
      boolean kept = false;
      try {
        new RecordReader(Exchange.REQUEST).read(bytes, this);
        kept = !bytes.hasRemaining();
      } finally {
        exchange.stop();
        if (kept) {
          keep.run();
        } else {
          connection.close();
        }
      }
      answer.output(ByteBuffer.wrap(output, 0, length));
      answer.end(outcome);
    } catch (IOException e) {
      outcome.unanswered(e);
    }
  }

  @Override
  public void output(ByteBuffer bytes) {
    int more = bytes.remaining();
    bytes.get(output, length, more);
    length += more;
  }

  @Override
  public void error(ByteBuffer bytes) {
    exchange.error(bytes);
  }

  private Runnable left(ByteBuffer question, @Nullable ByteBuffer first) {
    connection.hears(null);
    return () -> outcome.goOn(() -> waitFor(question, first));
  }

  private @Nullable String waitFor(ByteBuffer question, @Nullable ByteBuffer first)
      throws IOException {
    boolean reusable = false;
    try (watch) {
      connection.write(question);
      reusable = exchange.hear(first);
    } catch (IOException e) {
      throw watch.isLate() ? late(e) : e;
    } finally {
      exchange.stop();
      if (reusable) {
        keep.run();
      } else {
        connection.close();
      }
    }
    return answer.redirect();
  }

  private static ProgramLate late(IOException cause) {
    ProgramLate late = new ProgramLate("it did not answer in time");
    late.initCause(cause);
    return late;
  }

  private void unheard(IOException why) {
    watch.close();
    connection.close();
    if (again == null) {
      outcome.unanswered(why);
    } else {
      outcome.goOn(again);
    }
  }

  /** The time is over. */
  private void late() {
    boolean mine;
    synchronized (this) {
      mine = !over;
      over = true;
    }
    connection.close();
    if (mine) {
      watch.close();
      outcome.unanswered(new ProgramLate("it did not answer in time"));
    }
  }
}
