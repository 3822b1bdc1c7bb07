package brig.web.cgi;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Poll;
import brig.linux.Stream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One program's run, as the worker sees it: three pipes. Its output goes on to the client as it
 * comes; what it writes at once is sent at once.
 */
final class Exchange {
  private static final int BUFFER = 32 * 1024;
  private static final int MOST_ERROR_TEXT = 8192;

  /** A program that ends right after its last words has them sent together with the end. */
  private static final long SILENCE_MILLIS = 2;

  private static final long STEP_MILLIS = 1000;

  /** So long after its time is over the parent has killed it, and told so. */
  private static final long GRACE_MILLIS = 5000;

  private final Programs.Asked asked;
  private final Answer answer;
  private final long late;
  private final Consumer<String> errors;
  private final StringBuilder errorText = new StringBuilder();
  private final byte[][] buffers = new byte[2][];
  private int turn;
  private boolean outputOpen = true;
  private boolean errorOpen = true;

  Exchange(Programs.Asked asked, Answer answer, long millis, Consumer<String> errors) {
    this.asked = asked;
    this.answer = answer;
    this.late = System.nanoTime() + (millis - STEP_MILLIS / 2) * 1_000_000;
    this.errors = errors;
  }

  void run(RequestBody body, @Nullable Fd input, Fd output, Fd error, Executor threads)
      throws IOException, LinuxException {
    BodyStream stream = null;
    PipeSink sink = null;
    if (input != null) {
      sink = new PipeSink(input);
      stream = new BodyStream(body, sink, threads, asked::stop);
      stream.start();
    }
    boolean done = false;
    try {
      read(output, error);
      finish();
      done = true;
    } finally {
      if (!done) {
        asked.stop();
      }
      if (stream != null && sink != null) {
        stream.stop();
        sink.close();
      }
      if (!errorText.isEmpty()) {
        errors.accept(errorText.toString().strip());
      }
    }
  }

  private void read(Fd output, Fd error) throws IOException, LinuxException {
    while (outputOpen) {
      long millis = answer.isPending() ? SILENCE_MILLIS : STEP_MILLIS;
      boolean[] ready =
          errorOpen ? Poll.readable(millis, output, error) : Poll.readable(millis, output);
      if (errorOpen && ready[1]) {
        error(error);
      }
      if (ready[0]) {
        output(output);
      } else if (answer.isPending()) {
        answer.flush();
      } else if (System.nanoTime() - late > GRACE_MILLIS * 1_000_000) {
        throw new ProgramLate("it ran too long");
      }
    }
    while (errorOpen && Poll.readable(0, error)[0]) {
      error(error);
    }
  }

  private void output(Fd output) throws IOException, LinuxException {
    byte[] buffer = buffers[turn];
    if (buffer == null) {
      buffer = new byte[BUFFER];
      buffers[turn] = buffer;
    }
    int count = Stream.read(output, buffer, 0, BUFFER);
    if (count == Stream.END) {
      outputOpen = false;
    } else {
      answer.output(ByteBuffer.wrap(buffer, 0, count));
      turn ^= 1; // the answer may keep what it has got until it gets more
    }
  }

  private void error(Fd error) throws LinuxException {
    byte[] bytes = new byte[4096];
    int count = Stream.read(error, bytes, 0, bytes.length);
    if (count == Stream.END) {
      errorOpen = false;
      return;
    }
    int room = MOST_ERROR_TEXT - errorText.length();
    String text = new String(bytes, 0, count, StandardCharsets.UTF_8);
    errorText.append(text, 0, Math.min(room, text.length()));
  }

  /** The end of its output is the end of its answer, unless it was brought about. */
  private void finish() throws IOException {
    boolean inTime = System.nanoTime() - late < 0;
    DoorMessage.Ended ended = asked.within(inTime ? 0 : GRACE_MILLIS);
    if (ended != null) {
      throw failure(ended);
    }
    try {
      answer.end();
    } catch (CgiFault e) {
      ended = asked.within(300);
      throw ended == null ? e : failure(ended);
    }
  }

  private static IOException failure(DoorMessage.Ended ended) {
    return switch (ended.reason()) {
      case ABSENT -> new ProgramRefused(404, ended.why());
      case FORBIDDEN -> new ProgramRefused(403, ended.why());
      case BUSY -> new ProgramBusy(ended.why());
      case FAILED, KILLED -> new CgiFault(ended.why());
      case LATE -> new ProgramLate(ended.why());
    };
  }

  /** Writes to a program that may read or not, and ends when told to. */
  private static final class PipeSink implements BodyStream.Sink {
    private static final long STEP_NANOS = 1_000_000;

    private final Fd input;
    private byte[] buffer = new byte[0];
    private volatile boolean closed;

    PipeSink(Fd input) throws LinuxException {
      this.input = input;
      Stream.dontWait(input);
    }

    @Override
    public synchronized void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        int length = Math.min(bytes.remaining(), BUFFER);
        if (buffer.length < length) {
          buffer = new byte[length];
        }
        bytes.get(buffer, 0, length);
        for (int done = 0; done < length; ) {
          done += some(done, length - done);
        }
      }
    }

    private int some(int from, int length) throws IOException {
      if (closed) {
        throw new IOException("the program has ended");
      }
      try {
        int count = Stream.write(input, buffer, from, length);
        if (count == Stream.LATER) {
          LockSupport.parkNanos(STEP_NANOS);
        }
        return count;
      } catch (LinuxException e) {
        throw new IOException("the program reads no more", e);
      }
    }

    @Override
    public synchronized void end() {
      input.close();
      closed = true;
    }

    void close() {
      closed = true; // whoever writes stops at the next step
      end();
    }
  }
}
