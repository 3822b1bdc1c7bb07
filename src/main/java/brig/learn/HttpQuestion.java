package brig.learn;

import brig.launch.up.AnyCertificate;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;

/**
 * One GET of a URL: does the service serve? Whoever it says it is is not the question, so that
 * every certificate will do. A socket is made on the calling thread, and so in its network.
 */
record HttpQuestion(URI uri) {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 10_000;
  private static final int LONGEST_HEAD = 512;

  static HttpQuestion of(String url) throws BrigException {
    try {
      URI uri = new URI(url);
      if (uri.getHost() != null) {
        return new HttpQuestion(uri);
      }
    } catch (URISyntaxException e) {
      // told below
    }
    throw BrigException.usage(
        Problem.of("the probe " + url + " is no URL")
            .remedy("Write http://HOST:PORT/PATH, or a command."));
  }

  /** The status; the exception says why there is none. */
  int ask() throws IOException {
    boolean tls = uri.getScheme().equals("https");
    int port = uri.getPort() < 0 ? (tls ? 443 : 80) : uri.getPort();
    String host = uri.getHost();
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(bare, port), CONNECT_MILLIS);
      plain.setSoTimeout(READ_MILLIS);
      try (Socket socket = tls ? AnyCertificate.over(plain, bare, port) : plain) {
        String path =
            uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String request =
            "GET "
                + path
                + query
                + " HTTP/1.1\r\nHost: "
                + uri.getRawAuthority()
                + "\r\nUser-Agent: brig-learn\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return status(socket.getInputStream());
      }
    }
  }

  private static int status(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n' && line.length() < LONGEST_HEAD; c = in.read()) {
      line.append((char) c);
    }
    // HTTP/1.1 200 OK; what follows is read, for a service may look for files while it answers.
    int blank = line.indexOf(" ");
    if (!line.toString().startsWith("HTTP/") || blank < 0 || line.length() < blank + 4) {
      throw new IOException(line.isEmpty() ? "an empty answer" : "no answer of HTTP");
    }
    byte[] rest = new byte[8192];
    while (in.read(rest) >= 0) {
      // to the end
    }
    String status = line.substring(blank + 1, blank + 4);
    int number = 0;
    for (int i = 0; i < 3; i++) {
      number = number * 10 + Math.clamp(status.charAt(i) - '0', 0, 9);
    }
    return number;
  }
}
