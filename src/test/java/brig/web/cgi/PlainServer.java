package brig.web.cgi;

import brig.web.inside.SelectedEndPoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The engine with one handler, to look at that handler alone. */
public class PlainServer implements AutoCloseable {
  private final Server server = new Server();
  private final ServerConnector connector;

  public PlainServer(Handler handler) throws Exception {
    this(handler, false);
  }

  /**
   * The same.
   *
   * @param selected connections tell who selects them, as those of the worker do
   */
  public PlainServer(Handler handler, boolean selected) throws Exception {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    connector =
        new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration)) {
          @Override
          protected SocketChannelEndPoint newEndPoint(
              SocketChannel channel, ManagedSelector selector, SelectionKey key)
              throws IOException {
            return selected
                ? new SelectedEndPoint(channel, selector, key, getScheduler())
                : super.newEndPoint(channel, selector, key);
          }
        };
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(handler);
    server.start();
  }

  public int port() {
    return connector.getLocalPort();
  }

  /** Sends the bytes and reads all that comes until the server closes. */
  public String say(String request) throws IOException {
    try (Socket socket = connect()) {
      send(socket, request);
      return rest(socket);
    }
  }

  /** A GET on a connection of its own. */
  public String get(String target) throws IOException {
    return say("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }

  public Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  public static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  public static String rest(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** Reads until a text has come. */
  public static String until(Socket socket, String wanted) throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (text.indexOf(wanted) < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the end came before " + wanted + ": " + text);
      }
      text.append((char) b);
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
