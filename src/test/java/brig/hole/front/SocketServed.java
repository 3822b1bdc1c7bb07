package brig.hole.front;

import brig.hole.wire.ClientFrame;
import brig.hole.wire.Frame;
import brig.hole.wire.FrameDecoder;
import brig.hole.wire.ServerFrame;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/** A pretended listener behind a real socket. */
final class SocketServed implements AutoCloseable {
  private final ServerSocketChannel server;

  SocketServed(String path, Listener listener) throws IOException {
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Thread.ofVirtual().start(() -> accept(listener));
  }

  private void accept(Listener listener) {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        Thread.ofVirtual().start(() -> serve(channel, listener));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private static void serve(SocketChannel channel, Listener listener) {
    try (channel;
        Listener.Call call = listener.call()) {
      Thread.ofVirtual().start(() -> answer(channel, call));
      FrameDecoder decoder = new FrameDecoder();
      ByteBuffer buffer = ByteBuffer.allocate(4096);
      while (channel.read(buffer.clear()) >= 0) {
        buffer.flip();
        Frame frame;
        while ((frame = decoder.next(buffer)) != null) {
          call.send(List.of(ClientFrame.of(frame)));
        }
      }
    } catch (IOException | brig.hole.wire.WireException e) {
      return; // gone
    }
  }

  private static void answer(SocketChannel channel, Listener.Call call) {
    try {
      ServerFrame frame;
      while ((frame = call.next()) != null) {
        ByteBuffer bytes = ByteBuffer.wrap(frame.frame().encoded());
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        if (frame instanceof ServerFrame.Ending) {
          channel.close();
          return;
        }
      }
    } catch (IOException e) {
      return; // gone
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
