package brig.web.worker;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import brig.linux.Stream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the training run serves: a file, a certificate if there is one, and stand-ins for a program
 * and an application server, which answer at once.
 */
final class TrainingSite {
  private static final String CERTIFICATE = "certificate.pem";
  private static final String KEY = "key.pem";
  private static final String PROGRAM = "program";
  private static final byte[] TEXT =
      "Content-Type: text/plain\n\nhello".getBytes(StandardCharsets.US_ASCII);

  private final Path directory;
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final PacketSocket[] programs = PacketSocket.pair();

  /**
   * @param directory is empty, but for a key store {@code key.p12} if TLS is to be trained; its
   *     password is {@code training}
   */
  TrainingSite(Path directory) throws IOException, LinuxException, GeneralSecurityException {
    this.directory = directory;
    Files.write(directory.resolve("page.html"), new byte[1024]);
    Files.write(directory.resolve(PROGRAM), new byte[0]);
    Path store = directory.resolve("key.p12");
    if (Files.exists(store)) {
      char[] password = "training".toCharArray();
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(new ByteArrayInputStream(Files.readAllBytes(store)), password);
      files.put(place(CERTIFICATE), pem("CERTIFICATE", keys.getCertificate("site").getEncoded()));
      files.put(place(KEY), pem("PRIVATE KEY", keys.getKey("site", password).getEncoded()));
    }
    ServerSocketChannel application = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    application.bind(UnixDomainSocketAddress.of(place("application")));
    Thread.ofPlatform().daemon(true).start(() -> apply(application));
    Thread.ofPlatform().daemon(true).start(this::run);
  }

  private String place(String name) {
    return directory.resolve(name).toString();
  }

  private static byte[] pem(String what, byte[] der) {
    return ("-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(der))
        .concat("\n-----END " + what + "-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  boolean isSecure() {
    return !files.isEmpty();
  }

  /** What the parent would have read. */
  Map<String, byte[]> files() {
    return files;
  }

  /** Where the worker asks for programs. */
  Fd programs() {
    return programs[1].fd();
  }

  String configuration() {
    String secure =
        "listen_tls = [\"127.0.0.1:2\"]\ntls = { certificate = \"%s\", key = \"%s\" }\n"
            .formatted(place(CERTIFICATE), place(KEY));
    return """
    listen = ["127.0.0.1:1"]
    root = "%s"
    %s[[location]]
    path = "/cgi-bin/"
    cgi = "%s"
    [[location]]
    path = "/app"
    fastcgi = "unix:%s"
    suffix = ""
    """
        .formatted(directory, isSecure() ? secure : "", directory, place("application"));
  }

  /** Stands for the parent: each program answers and ends. */
  private void run() {
    try {
      PacketSocket.Packet asked = programs[0].receive();
      while (asked != null) {
        if (asked.descriptors().size() > 1) { // else it is told to stop one
          Stream.write(asked.descriptors().get(1), TEXT, 0, TEXT.length);
        }
        asked.descriptors().forEach(Fd::close);
        asked = programs[0].receive();
      }
    } catch (LinuxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void apply(ServerSocketChannel application) {
    try {
      while (true) {
        SocketChannel connection = application.accept();
        Thread.ofPlatform().daemon(true).start(() -> answer(connection));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Each request ends with an empty record of input (FastCGI specification, 3.3 and 5.3). */
  private static void answer(SocketChannel connection) {
    ByteBuffer in = ByteBuffer.allocate(16 * 1024);
    ByteBuffer out = ByteBuffer.allocate(256);
    out.put(new byte[] {1, 6, 0, 1, 0, (byte) TEXT.length, 0, 0}).put(TEXT);
    out.put(new byte[] {1, 3, 0, 1, 0, 8, 0, 0}).put(new byte[8]).flip();
    try (connection) {
      while (connection.read(in) >= 0) {
        int end = in.position();
        if (end >= 8 && in.get(end - 7) == 5 && in.getShort(end - 4) == 0) {
          connection.write(out.duplicate());
          in.clear();
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
