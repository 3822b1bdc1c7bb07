package brig.web.cgi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * Hands a request's body to a program, as it comes. While the client sends nothing no thread waits;
 * while the program takes nothing one does, and the client is not read from.
 */
public final class BodyStream {
  /** Where the bytes go. */
  public interface Sink {
    /** Returns when all are taken, or throws when nobody takes any more. */
    void write(ByteBuffer bytes) throws IOException;

    /** There are no more. */
    void end() throws IOException;
  }

  private final Request request;
  private final RequestBody body;
  private final Sink sink;
  private final Executor threads;
  private final Runnable broken;
  private volatile boolean stopped;
  private volatile boolean done;

  /**
   * @param broken called when the client fails: the program must not take a part for the whole
   */
  public BodyStream(RequestBody body, Sink sink, Executor threads, Runnable broken) {
    this.request = body.request();
    this.body = body;
    this.sink = sink;
    this.threads = threads;
    this.broken = broken;
  }

  /** Begins; returns at once. */
  public void start() {
    threads.execute(this::begin);
  }

  private void begin() {
    try {
      if (body.gathered().hasRemaining()) {
        sink.write(body.gathered());
      }
      if (body.isWhole()) {
        sink.end();
        done = true;
        return;
      }
    } catch (IOException e) {
      stopped = true;
      return;
    }
    pump();
  }

  /** Nothing more is read. */
  public void stop() {
    stopped = true;
  }

  /** Whether the program was given the whole. */
  public boolean isDone() {
    return done;
  }

  private void pump() {
    try {
      while (!stopped) {
        Content.Chunk chunk = request.read();
        if (chunk == null) {
          request.demand(() -> threads.execute(this::pump));
          return;
        }
        if (Content.Chunk.isFailure(chunk)) {
          broken.run();
          return;
        }
        try {
          if (chunk.hasRemaining()) {
            sink.write(chunk.getByteBuffer());
          }
        } finally {
          chunk.release();
        }
        if (chunk.isLast()) {
          sink.end();
          done = true;
          return;
        }
      }
    } catch (IOException e) {
      stopped = true; // the program reads no more: it may answer all the same
    }
  }
}
