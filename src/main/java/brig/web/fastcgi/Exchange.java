package brig.web.fastcgi;

import brig.web.cgi.Answer;
import brig.web.cgi.BodyStream;
import brig.web.cgi.RequestBody;
import brig.web.limits.Deadlines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request on one connection, by a thread that may wait. */
final class Exchange implements RecordSink {
  /** A connection carries one request at a time, so all have the same number. */
  static final int REQUEST = 1;

  private static final int MOST_ERROR_TEXT = 8192;

  private final FastCgiConnection connection;
  private final Deadlines.Watch watch;
  private final long silenceMillis;
  private final Answer answer;
  private final Consumer<String> errors;
  private final Executor threads;
  private final StringBuilder errorText = new StringBuilder();
  private @Nullable BodyStream stream;
  private boolean heard;

  Exchange(
      FastCgiConnection connection,
      Deadlines.Watch watch,
      long silenceMillis,
      Answer answer,
      Consumer<String> errors,
      Executor threads) {
    this.connection = connection;
    this.watch = watch;
    this.silenceMillis = silenceMillis;
    this.answer = answer;
    this.errors = errors;
    this.threads = threads;
  }

  /** Whether the application has said anything. */
  boolean hasHeard() {
    return heard;
  }

  boolean run(Map<String, String> variables, RequestBody body) throws IOException {
    watch.within(silenceMillis);
    send(variables, body);
    return hear(null);
  }

  /** Hears the answer, of which a part may have come. */
  boolean hear(@Nullable ByteBuffer first) throws IOException {
    RecordReader reader = new RecordReader(REQUEST);
    boolean ended = false;
    boolean clean = true;
    @Nullable ByteBuffer next = first;
    while (!ended) {
      watch.within(silenceMillis);
      ByteBuffer bytes = next == null ? connection.read() : next;
      next = null;
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
    if (body.isWhole() && !gathered.hasRemaining()) {
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
