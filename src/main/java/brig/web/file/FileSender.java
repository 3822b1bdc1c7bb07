package brig.web.file;

import brig.linux.Fd;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingNestedCallback;

/** Sends parts of an open file, and bytes between them, as fast as the client takes them. */
final class FileSender extends IteratingNestedCallback {
  private static final int CHUNK = 128 * 1024;

  private final Content.Sink sink;
  private final Fd file;
  private final List<Part> parts;
  private final RetainableByteBuffer buffer;
  private int part;
  private long done;
  private boolean released;

  /**
   * Some bytes of the file, after others of our own.
   *
   * @param before what comes first; may be empty
   */
  record Part(byte[] before, long first, long length) {}

  FileSender(ByteBufferPool pool, Content.Sink sink, Fd file, List<Part> parts, Callback callback) {
    super(callback);
    this.sink = sink;
    this.file = file;
    this.parts = parts;
    long longest = 1;
    for (Part p : parts) {
      longest = Math.max(longest, p.length());
    }
    buffer = pool.acquire((int) Math.min(longest, CHUNK), true);
  }

  @Override
  protected Action process() throws Throwable {
    while (part < parts.size()) {
      Part now = parts.get(part);
      boolean lastPart = part == parts.size() - 1;
      if (done == 0 && now.before().length > 0) {
        done = -1;
        sink.write(lastPart && now.length() == 0, ByteBuffer.wrap(now.before()), this);
        return Action.SCHEDULED;
      }
      done = Math.max(done, 0);
      if (done < now.length()) {
        return send(now, lastPart);
      }
      part++;
      done = 0;
    }
    return Action.SUCCEEDED;
  }

  private Action send(Part now, boolean lastPart) throws Throwable {
    ByteBuffer bytes = buffer.getByteBuffer();
    bytes.clear();
    bytes.limit((int) Math.min(bytes.capacity(), now.length() - done));
    int got = file.read(now.first() + done, bytes);
    if (got == 0) {
      // Its length was promised: the client must see that it is cut short.
      throw new EOFException("the file has become shorter while it was sent");
    }
    bytes.flip();
    done += got;
    boolean last = lastPart && done == now.length();
    sink.write(last, bytes, this);
    return Action.SCHEDULED;
  }

  @Override
  protected void onCompleteSuccess() {
    release();
    super.onCompleteSuccess();
  }

  @Override
  protected void onCompleteFailure(Throwable cause) {
    release();
    super.onCompleteFailure(cause);
  }

  private void release() {
    if (!released) {
      released = true;
      buffer.release();
      file.close();
    }
  }
}
