package brig.hole.front;

import brig.hole.wire.ClientFrame;
import brig.hole.wire.Frame;
import brig.hole.wire.FrameDecoder;
import brig.hole.wire.ServerFrame;
import brig.hole.wire.WireException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The listener behind a Unix socket. */
public final class SocketListener implements Listener {
  private static final int BUFFER = 16 * 1024;

  /** Where connections come from. */
  @FunctionalInterface
  public interface Connector {
    /** A new one. */
    SocketChannel connect() throws IOException;
  }

  private final Connector connector;

  /**
   * @param path of the socket, as this process sees it when it calls
   */
  public SocketListener(String path) {
    this(() -> SocketChannel.open(UnixDomainSocketAddress.of(path)));
  }

  /**
   * @param connector connects to the socket, where this process cannot do so by a path
   */
  public SocketListener(Connector connector) {
    this.connector = connector;
  }

  @Override
  public Call call() throws IOException {
    return new SocketCall(connector.connect());
  }

  private static final class SocketCall implements Call {
    private final SocketChannel channel;
    private final FrameDecoder decoder = new FrameDecoder();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).flip();

    SocketCall(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void send(List<ClientFrame> frames) throws IOException {
      for (ClientFrame frame : frames) {
        ByteBuffer bytes = ByteBuffer.wrap(frame.frame().encoded());
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
    }

    @Override
    public @Nullable ServerFrame next() throws IOException {
      try {
        while (true) {
          Frame frame = decoder.next(buffer);
          if (frame != null) {
            return ServerFrame.of(frame);
          }
          buffer.clear();
          int count = channel.read(buffer);
          buffer.flip();
          if (count < 0) {
            decoder.end();
            return null;
          }
        }
      } catch (WireException e) {
        throw new IOException("the listener does not speak as it should", e);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        return; // nothing more is asked of it
      }
    }
  }
}
