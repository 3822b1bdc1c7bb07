package brig.web.clients;

import brig.testing.Gcc;
import brig.web.raw.Served;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A site with a page, over HTTP and TLS, for programs that other people have written. */
final class Site implements AutoCloseable {
  private final Path directory;
  private final Served served;
  private final int tlsPort;

  private Site(Path directory, Served served, int tlsPort) {
    this.directory = directory;
    this.served = served;
    this.tlsPort = tlsPort;
  }

  /** Makes the directory of one: {@code site} in it is the root, where more can be put. */
  static Path prepare(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path site = Files.createDirectory(directory.resolve("site"));
    Files.writeString(site.resolve("index.html"), "<title>home</title><p>the page</p>\n");
    Gcc.run(
        List.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout",
            directory + "/key.pem",
            "-out",
            directory + "/cert.pem"),
        Map.of());
    return site;
  }

  /**
   * Serves it.
   *
   * @param lines of the configuration, after those of the top
   */
  static Site serve(Path directory, String... lines) throws Exception {
    int tlsPort = Served.freePort();
    List<String> all =
        new ArrayList<>(
            List.of(
                "listen_tls = [\"127.0.0.1:" + tlsPort + "\"]",
                "root = \"site\"",
                "tls = { certificate = \"cert.pem\", key = \"key.pem\" }",
                "log = { access = \"access.log\" }"));
    all.addAll(List.of(lines));
    return new Site(directory, Served.start(directory, all.toArray(new String[0])), tlsPort);
  }

  Served served() {
    return served;
  }

  int tlsPort() {
    return tlsPort;
  }

  String url(String path) {
    return "http://127.0.0.1:" + served.port() + path;
  }

  String tlsUrl(String path) {
    return "https://localhost:" + tlsPort + path;
  }

  /** What curl prints, which trusts this site's certificate; fails when it fails. */
  String curl(String... arguments) throws IOException {
    List<String> line =
        new ArrayList<>(List.of("curl", "-sS", "-m", "30", "--cacert", directory + "/cert.pem"));
    line.addAll(List.of(arguments));
    return Gcc.run(line, Map.of());
  }

  /** The page is answered, over both, and nothing has gone wrong inside. */
  boolean isUnharmed() throws IOException {
    return curl(url("/")).contains("the page")
        && curl(tlsUrl("/")).contains("the page")
        && served.process().isAlive()
        && !served.output().contains("Exception")
        && !served.output().contains("another one is started");
  }

  /** Waits until the access log has a text, and returns the log. */
  String logged(String text) throws Exception {
    long deadline = System.nanoTime() + 20_000_000_000L;
    Path log = directory.resolve("access.log");
    while (!Files.readString(log).contains(text)) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the access log lacks " + text + ": " + Files.readString(log));
      }
      Thread.sleep(50);
    }
    return Files.readString(log);
  }

  @Override
  public void close() throws IOException {
    served.close();
  }
}
