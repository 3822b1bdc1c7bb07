package brig.web.fastcgi;

import brig.web.cgi.Answer;
import brig.web.cgi.BodyStream;
import brig.web.cgi.ProgramLate;
import brig.web.cgi.RequestBody;
import brig.web.limits.Deadlines;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks one application server, over connections that are kept. */
public final class FastCgiClient {
  /** A connection carries one request at a time, so all have the same number. */
  private static final int REQUEST = 1;

  private static final int MOST_ERROR_TEXT = 8192;

  private final FastCgiPool pool;
  private final Deadlines deadlines;
  private final Executor threads;
  private final long connectMillis;
  private final long silenceMillis;

  /**
   * @param idleMillis how long a connection is kept that nobody needs
   * @param silenceMillis how long the application may say nothing
   * @param threads hands bodies on
   */
  public FastCgiClient(
      Supplier<SocketAddress> address,
      long connectMillis,
      long silenceMillis,
      long idleMillis,
      Deadlines deadlines,
      Executor threads) {
    this.pool = new FastCgiPool(address, idleMillis);
    this.connectMillis = connectMillis;
    this.silenceMillis = silenceMillis;
    this.deadlines = deadlines;
    this.threads = threads;
    deadlines.always(pool::closeIdle);
  }

  /** The application server, for messages. */
  public String address() {
    return pool.address().toString();
  }

  /**
   * Asks and answers. Returns when the answer is sent.
   *
   * <p>A connection that was kept is looked at first, and is not used when the other side has
   * closed it. Where it closes it in the very moment in which it is asked and answers nothing, a
   * request that changes nothing (RFC 9110, 9.2.1) and has no body is sent once more, over a new
   * connection; every other is sent once, whatever becomes of it.
   *
   * @param errors told what the application writes for the error log
   * @throws ProgramLate when the application said nothing for too long
   * @throws brig.web.cgi.ClientGone when the client is
   * @throws IOException when the application cannot be asked, or its answer is none
   */
  public void ask(
      Map<String, String> variables, RequestBody body, Answer answer, Consumer<String> errors)
      throws IOException {
    FastCgiConnection kept = pool.kept();
    if (kept == null) {
      ask(pool.fresh(), false, variables, body, answer, errors);
    } else if (!ask(kept, true, variables, body, answer, errors)) {
      ask(pool.fresh(), false, variables, body, answer, errors);
    }
  }

  /** Returns whether it is answered: a kept connection may have been closed before it was asked. */
  private boolean ask(
      FastCgiConnection connection,
      boolean kept,
      Map<String, String> variables,
      RequestBody body,
      Answer answer,
      Consumer<String> errors)
      throws IOException {
    boolean reusable = false;
    try (Deadlines.Watch watch = deadlines.watch(connection::close)) {
      Exchange exchange = new Exchange(connection, watch, answer, errors);
      try {
        if (!kept) {
          watch.within(connectMillis);
          connect(connection);
        }
        reusable = exchange.run(variables, body);
        return true;
      } catch (IOException e) {
        if (watch.isLate()) {
          throw new ProgramLate("it did not answer in time");
        }
        if (kept && !exchange.heard && changesNothing(variables) && isEmpty(body)) {
          return false;
        }
        throw e;
      } finally {
        exchange.stop();
      }
    } finally {
      if (reusable) {
        pool.keep(connection);
      } else {
        connection.close();
      }
    }
  }

  private static boolean changesNothing(Map<String, String> variables) {
    return switch (variables.getOrDefault("REQUEST_METHOD", "")) {
      case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
      default -> false;
    };
  }

  private static boolean isEmpty(RequestBody body) {
    return body.isWhole() && !body.gathered().hasRemaining();
  }

  private void connect(FastCgiConnection connection) throws IOException {
    try {
      connection.connect(pool.address());
    } catch (IOException e) {
      throw new IOException("cannot connect to " + address() + ": " + e.getMessage(), e);
    }
  }

  private final class Exchange implements RecordSink {
    private final FastCgiConnection connection;
    private final Deadlines.Watch watch;
    private final Answer answer;
    private final Consumer<String> errors;
    private final StringBuilder errorText = new StringBuilder();
    private @Nullable BodyStream stream;
    private boolean heard;

    Exchange(
        FastCgiConnection connection,
        Deadlines.Watch watch,
        Answer answer,
        Consumer<String> errors) {
      this.connection = connection;
      this.watch = watch;
      this.answer = answer;
      this.errors = errors;
    }

    boolean run(Map<String, String> variables, RequestBody body) throws IOException {
      watch.within(silenceMillis);
      send(variables, body);
      RecordReader reader = new RecordReader(REQUEST);
      boolean ended = false;
      boolean clean = true;
      while (!ended) {
        watch.within(silenceMillis);
        ByteBuffer bytes = connection.read();
        watch.rest();
        if (!bytes.hasRemaining()) {
          throw new FastCgiException("it closed the connection in the middle of an answer");
        }
        heard = true;
        ended = reader.read(bytes, this);
        clean = !bytes.hasRemaining();
        if (!ended) {
          answer.flush();
        }
      }
      answer.end();
      return clean && !watch.isLate() && (stream == null || stream.isDone());
    }

    private void send(Map<String, String> variables, RequestBody body) throws IOException {
      ByteBuffer begin = RecordWriter.begin(REQUEST, true, variables);
      ByteBuffer gathered = body.gathered();
      if (isEmpty(body)) {
        ByteBuffer end = ByteBuffer.allocate(RecordReader.HEADER);
        RecordWriter.stdin(end, REQUEST, 0);
        connection.write(begin, end.flip());
        return;
      }
      connection.write(begin);
      if (body.isWhole() && gathered.remaining() <= RecordWriter.MOST) {
        connection.writeBody(REQUEST, gathered);
        connection.endBody(REQUEST);
        return;
      }
      // The application may answer before it has read all: nobody may wait here until it has.
      BodyStream rest = new BodyStream(body, new Body(), threads, connection::close);
      stream = rest;
      rest.start();
    }

    void stop() {
      tellErrors();
      if (stream != null) {
        stream.stop();
      }
    }

    @Override
    public void output(ByteBuffer bytes) throws IOException {
      answer.output(bytes);
    }

    @Override
    public void error(ByteBuffer bytes) {
      String text = StandardCharsets.UTF_8.decode(bytes).toString();
      int room = MOST_ERROR_TEXT - errorText.length();
      errorText.append(text, 0, Math.min(room, text.length()));
    }

    private void tellErrors() {
      if (!errorText.isEmpty()) {
        errors.accept(errorText.toString().strip());
      }
    }

    private final class Body implements BodyStream.Sink {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        watch.within(silenceMillis); // who takes the body is not silent
        connection.writeBody(REQUEST, bytes);
      }

      @Override
      public void end() throws IOException {
        connection.endBody(REQUEST);
      }
    }
  }
}
