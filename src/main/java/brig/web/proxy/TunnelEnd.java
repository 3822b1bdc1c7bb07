package brig.web.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One end of a tunnel: what is read here is written at the other. Nothing waits on a thread. */
final class TunnelEnd extends AbstractConnection.NonBlocking implements Connection.UpgradeTo {
  private static final int BUFFER = 16 * 1024;

  private final ByteBufferPool buffers;
  private @Nullable TunnelEnd other;
  private @Nullable Runnable opened;
  private @Nullable ByteBuffer first;

  TunnelEnd(EndPoint endPoint, Executor threads, ByteBufferPool buffers) {
    super(endPoint, threads);
    this.buffers = buffers;
  }

  void other(TunnelEnd other) {
    this.other = other;
  }

  void whenOpen(Runnable opened) {
    this.opened = opened;
  }

  @Override
  public void onUpgradeTo(@Nullable ByteBuffer bytes) {
    if (bytes != null && bytes.hasRemaining()) {
      first = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }
  }

  @Override
  public void onOpen() {
    super.onOpen();
    Runnable then = opened;
    if (then != null) {
      then.run();
    }
    ByteBuffer early = first;
    if (early == null) {
      fillInterested();
    } else {
      first = null;
      write(early, this::fillInterested, () -> {});
    }
  }

  private EndPoint opposite() {
    TunnelEnd end = other;
    if (end == null) {
      throw new IllegalStateException("a tunnel with one end");
    }
    return end.getEndPoint();
  }

  private void write(ByteBuffer bytes, Runnable written, Runnable after) {
    opposite()
        .write(
            Callback.from(
                () -> {
                  after.run();
                  written.run();
                },
                failure -> {
                  after.run();
                  closeBoth(failure);
                }),
            bytes);
  }

  @Override
  public void onFillable() {
    RetainableByteBuffer buffer = buffers.acquire(BUFFER, true);
    ByteBuffer bytes = buffer.getByteBuffer();
    try {
      int count = getEndPoint().fill(bytes);
      if (count > 0) {
        write(bytes, this::fillInterested, buffer::release);
        return;
      }
      buffer.release();
      if (count == 0) {
        fillInterested();
      } else {
        opposite().shutdownOutput();
        if (getEndPoint().isOutputShutdown()) {
          closeBoth(null);
        }
      }
    } catch (IOException e) {
      buffer.release();
      closeBoth(e);
    }
  }

  /** Neither end is of any use without the other. */
  private void closeBoth(@Nullable Throwable failure) {
    getEndPoint().close(failure);
    opposite().close(failure);
  }

  @Override
  public void onFillInterestedFailed(Throwable cause) {
    closeBoth(cause);
  }
}
