package brig.web.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that a test writes by hand, and that keeps what it was asked. */
final class RawBackend implements AutoCloseable {
  /** What it does with a connection. */
  interface Behaviour {
    void serve(RawBackend backend, Socket socket, int number) throws Exception;
  }

  private final ServerSocket listener;
  private final AtomicInteger connections = new AtomicInteger();
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  RawBackend(Behaviour behaviour) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon(true).start(() -> accept(behaviour));
  }

  private void accept(Behaviour behaviour) {
    while (true) {
      try {
        Socket socket = listener.accept();
        int number = connections.incrementAndGet();
        Thread.ofPlatform()
            .daemon(true)
            .start(
                () -> {
                  try (socket) {
                    behaviour.serve(this, socket, number);
                  } catch (Exception e) {
                    // The proxy has closed it.
                  }
                });
      } catch (IOException e) {
        return;
      }
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  /** Reads a header, and a body that has a length. */
  String request(Socket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (text.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("end");
      }
      text.append((char) b);
    }
    String head = text.toString();
    int at = head.indexOf("Content-Length: ");
    if (at >= 0) {
      int length = Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
      text.append(new String(in.readNBytes(length), java.nio.charset.StandardCharsets.ISO_8859_1));
    }
    requests.add(text.toString());
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
