package brig.web.worker;

import brig.launch.up.AnyCertificate;
import brig.linux.Fd;
import brig.web.config.Site;
import brig.web.config.WebConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Requests that the worker makes to itself, over real sockets, before it goes in: whatever answers
 * them is loaded then. A status is asked for, not a page: a site may be empty.
 */
final class SelfTest {
  private static final int MILLIS = 20_000;

  private final Engine engine;
  private final WebConfig config;

  SelfTest(Engine engine, WebConfig config) {
    this.engine = engine;
    this.config = config;
  }

  /**
   * Makes them.
   *
   * @param socket listens on loopback, at that port
   */
  void run(Fd socket, int port) throws Exception {
    ServerConnector door = engine.door(false);
    engine.open(door, socket, "127.0.0.1");
    try {
      plain(port, "GET / HTTP/1.1", "");
      plain(port, "GET / HTTP/1.1", ""); // from memory, if it is kept
      plain(port, "GET /brig-self-test HTTP/1.1", "Accept-Encoding: gzip, br\r\n");
      plain(port, "HEAD / HTTP/1.1", "Range: bytes=0-1\r\nIf-None-Match: \"x\"\r\n");
      plain(port, "POST / HTTP/1.1", "Content-Length: 0\r\n");
      plain(port, "GET /%zz HTTP/1.1", "");
      plain(port, "nonsense", "");
    } finally {
      engine.shut(door);
    }
  }

  /** The same over TLS, if a site has a certificate. */
  void runSecure(Fd socket, int port) throws Exception {
    for (Site site : config.sites()) {
      if (site.tls() != null) {
        ServerConnector door = engine.door(true);
        engine.open(door, socket, "127.0.0.1");
        try {
          secure(port, "TLSv1.3", "h2");
          secure(port, "TLSv1.3", "http/1.1");
          secure(port, "TLSv1.2", "http/1.1");
        } finally {
          engine.shut(door);
        }
        return;
      }
    }
  }

  private void plain(int port, String line, String headers) throws IOException {
    try (Socket client = new Socket()) {
      client.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), MILLIS);
      client.setSoTimeout(MILLIS);
      ask(client, line, headers);
    }
  }

  private void ask(Socket client, String line, String headers) throws IOException {
    OutputStream out = client.getOutputStream();
    String host = "Host: localhost\r\n";
    out.write(
        (line + "\r\n" + host + headers + "Connection: close\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
    InputStream in = client.getInputStream();
    byte[] begin = in.readNBytes(9);
    String answer = new String(begin, StandardCharsets.US_ASCII);
    if (!answer.equals("HTTP/1.1 ") && !answer.equals("HTTP/1.0 ")) {
      throw new IOException("the worker answered itself \"" + answer + "\"");
    }
    in.readAllBytes();
  }

  private void secure(int port, String version, String protocol) throws IOException {
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), MILLIS);
      plain.setSoTimeout(MILLIS);
      try (SSLSocket client = AnyCertificate.over(plain, "localhost", port)) {
        client.setEnabledProtocols(new String[] {version});
        var parameters = client.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        client.setSSLParameters(parameters);
        client.startHandshake();
        if (protocol.equals("h2")) {
          // The preface and an empty SETTINGS frame (RFC 9113, 3.4); its own comes back.
          client
              .getOutputStream()
              .write(
                  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
                      .getBytes(StandardCharsets.ISO_8859_1));
          client.getOutputStream().flush();
          if (client.getInputStream().readNBytes(9).length != 9) {
            throw new IOException("the worker did not speak HTTP/2 with itself");
          }
        } else {
          ask(client, "GET / HTTP/1.1", "");
        }
      }
    }
  }
}
