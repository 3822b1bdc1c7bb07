package brig.web.clients;

import static org.assertj.core.api.Assertions.assertThat;

import brig.launch.up.AnyCertificate;
import brig.testing.Gcc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients and tools that other people have written, at a running {@code brig serve}. */
@Tag("service")
@Tag("root")
class ClientsTest {
  @TempDir Path directory;

  @Test
  void curlResumesAndSpeaksBothVersionsAndEveryOneOfTls() throws Exception {
    Path site = Site.prepare(directory);
    byte[] large = new byte[3_000_001];
    new Random(6).nextBytes(large);
    Files.write(site.resolve("large.bin"), large);
    try (Site served = Site.serve(directory)) {
      for (String version : List.of("--http1.1", "--http2")) {
        Path half = directory.resolve("half" + version);
        Files.write(half, java.util.Arrays.copyOf(large, 1_234_567));
        String status =
            served.curl(
                version,
                "-C",
                "-",
                "-o",
                half.toString(),
                "-w",
                "%{http_code} %{http_version} %{size_download}",
                served.tlsUrl("/large.bin"));
        assertThat(status)
            .isEqualTo("206 " + (version.equals("--http2") ? "2" : "1.1") + " 1765434");
        assertThat(Files.readAllBytes(half)).isEqualTo(large);
        String parts = served.curl(version, "-i", "-r", "0-0,3-4", served.tlsUrl("/index.html"));
        assertThat(parts)
            .containsIgnoringCase("content-type: multipart/byteranges")
            .contains("0-0/35", "3-4/35");
      }
      assertThat(served.curl("--tls-max", "1.2", served.tlsUrl("/"))).contains("the page");
      assertThat(served.curl("--tlsv1.3", served.tlsUrl("/"))).contains("the page");
      assertThat(
              Gcc.run(
                  List.of(
                      "sh",
                      "-c",
                      "curl -sS -k --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 "
                          + served.tlsUrl("/")
                          + " 2>&1; true"),
                  Map.of()))
          .contains("alert protocol version");
      assertThat(served.isUnharmed()).isTrue();
    }
  }

  @Test
  void chromiumLoadsAPageOverHttp2() throws Exception {
    Path site = Site.prepare(directory);
    Files.writeString(
        site.resolve("index.html"),
        "<title>home</title><p id=p>the page</p><script src=change.js></script>");
    Files.writeString(site.resolve("change.js"), "p.textContent = 'changed by a script'");
    try (Site served = Site.serve(directory)) {
      String page =
          Gcc.run(
              List.of(
                  "sh",
                  "-c",
                  "exec chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
                      + " --no-first-run --disable-background-networking"
                      + " --ignore-certificate-errors --virtual-time-budget=5000"
                      + " --user-data-dir=\"$0\" --dump-dom \"$1\" 2>/dev/null",
                  directory + "/profile",
                  served.tlsUrl("/")),
              Map.of("TMPDIR", directory.toString()));
      assertThat(page).contains("changed by a script");
      assertThat(served.logged("/change.js")).contains("\"GET /change.js HTTP/2.0\" 200 ");
    }
  }

  @Test
  void manyStreamsOnFewConnectionsAllSucceed() throws Exception {
    Path site = Site.prepare(directory);
    Files.writeString(site.resolve("text.txt"), "x".repeat(100_000));
    try (Site served = Site.serve(directory, "[limits]", "headers = \"32K\"")) {
      String said =
          Gcc.run(
              List.of(
                  "h2load",
                  "-n",
                  "2000",
                  "-c",
                  "8",
                  "-m",
                  "64",
                  served.tlsUrl("/"),
                  served.tlsUrl("/text.txt")),
              Map.of());
      assertThat(said)
          .contains("Application protocol: h2")
          .contains("2000 succeeded, 0 failed, 0 errored, 0 timeout")
          .contains("2000 2xx, 0 3xx, 0 4xx, 0 5xx");
      // A header block in CONTINUATION frames, a window of one byte at a time, padding, trailers.
      assertThat(nghttp(served, "--continuation", "-w", "15", "-p", "200"))
          .contains(":status: 200");
      assertThat(nghttp(served, "--window-bits=0", "--header-table-size=0", "--no-dep"))
          .contains(":status: 200");
      assertThat(nghttp(served, "-H", "x: " + "y".repeat(40_000)))
          .contains("recv GOAWAY frame")
          .doesNotContain(":status: 200");
      assertThat(served.isUnharmed()).isTrue();
    }
  }

  private String nghttp(Site served, String... options) throws Exception {
    List<String> line = new ArrayList<>(List.of("nghttp", "-nv"));
    line.addAll(List.of(options));
    line.add(served.tlsUrl("/"));
    return Gcc.run(line, Map.of());
  }

  @Test
  void slowClientsOfEveryKindAtOnceLeaveTheServerToOthers() throws Exception {
    Site.prepare(directory);
    try (Site served =
        Site.serve(directory, "[limits]", "header_timeout = \"2s\"", "connections_of_one = 5000")) {
      // headers, bodies, answers read slowly, ranges without end
      List<List<String>> ways =
          List.of(
              List.of("-H", "-i", "1", "-t", "GET"),
              List.of("-B", "-i", "1", "-t", "POST", "-s", "8192"),
              List.of("-X", "-w", "1", "-y", "2", "-n", "1", "-z", "1", "-k", "3"),
              List.of("-R", "-a", "10", "-b", "3000", "-t", "HEAD"));
      List<Process> attacks = new ArrayList<>();
      try {
        for (List<String> way : ways) {
          List<String> line = new ArrayList<>(List.of("slowhttptest"));
          line.addAll(way);
          line.addAll(List.of("-c", "200", "-r", "200", "-l", "5", "-p", "3", "-u"));
          line.add(served.url("/"));
          attacks.add(
              new ProcessBuilder(line)
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .directory(directory.toFile())
                  .start());
        }
        int answered = 0;
        while (attacks.stream().anyMatch(Process::isAlive)) {
          assertThat(served.curl(served.url("/"))).contains("the page");
          answered++;
          Thread.sleep(200);
        }
        assertThat(answered).isGreaterThan(1);
      } finally {
        for (Process attack : attacks) {
          attack.destroyForcibly().waitFor();
        }
      }
      assertThat(served.isUnharmed()).isTrue();
    }
  }

  @Test
  void aHandshakeAndAHeaderOverHttp2HaveTheirDeadline() throws Exception {
    Site.prepare(directory);
    try (Site served =
        Site.serve(directory, "[limits]", "header_timeout = \"1s\"", "idle_timeout = \"120s\"")) {
      try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), served.tlsPort())) {
        assertThat(secondsUntilClosed(silent, new byte[0])).isLessThan(30);
      }
      try (SSLSocket client = two(served)) {
        // The header of a HEADERS frame of 200 bytes, and then a byte of it now and then.
        client.getOutputStream().write(new byte[] {0, 0, (byte) 200, 1, 5, 0, 0, 0, 1});
        assertThat(secondsUntilClosed(client, new byte[1])).isLessThan(30);
      }
      try (SSLSocket client = two(served)) {
        client.getOutputStream().write(new byte[] {0, 0, 1, 1, 1, 0, 0, 0, 1, (byte) 0x82});
        // CONTINUATION frames without end: none says END_HEADERS.
        byte[] more = {0, 0, 1, 9, 0, 0, 0, 0, 1, (byte) 0x84};
        assertThat(secondsUntilClosed(client, more)).isLessThan(30);
      }
      assertThat(served.isUnharmed()).isTrue();
    }
  }

  /** The preface of HTTP/2 and an empty SETTINGS frame. */
  private static final byte[] FIRST =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

  private static SSLSocket two(Site served) throws Exception {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), served.tlsPort());
    SSLSocket socket = AnyCertificate.over(plain, "localhost", served.tlsPort());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    socket.getOutputStream().write(FIRST);
    return socket;
  }

  /** Sends the bytes again and again until the server has enough. */
  private static long secondsUntilClosed(Socket socket, byte[] bytes) throws IOException {
    long began = System.nanoTime();
    socket.setSoTimeout(300);
    while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(60)) {
      try {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        if (socket.getInputStream().read() < 0) {
          break;
        }
      } catch (SocketTimeoutException e) {
        // it still waits
      } catch (IOException e) {
        break; // a reset
      }
    }
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
  }

  @Test
  void aScannerFindsNothingThatIsNotThere() throws Exception {
    Path site = Site.prepare(directory);
    Files.writeString(site.resolve(".htpasswd"), "ann:x");
    Files.createDirectory(site.resolve("docs"));
    try (Site served = Site.serve(directory)) {
      String found =
          Gcc.run(
              List.of(
                  "sh",
                  "-c",
                  "cd \"$1\" || exit; cat /usr/share/dirb/wordlists/vulns/apache.txt"
                      + " /usr/share/dirb/wordlists/vulns/cgis.txt >words;"
                      + " dirb \"$0\" words -S -r -w 2>&1 | grep '^+ '",
                  served.url("/"),
                  directory.toString()),
              Map.of());
      // A status of 400 is no finding; a directory without a listing is.
      String top = "+ " + served.url("/");
      assertThat(found.lines().filter(line -> !line.contains("(CODE:400|")))
          .contains(top + "index.html (CODE:200|SIZE:35)", top + "docs/ (CODE:403|SIZE:68)")
          .allSatisfy(
              line ->
                  assertThat(line.replaceAll("[?].* ", "? "))
                      .isIn(
                          top + "index.html (CODE:200|SIZE:35)",
                          top + "? (CODE:200|SIZE:35)",
                          top + "./ (CODE:200|SIZE:35)",
                          top + "docs/ (CODE:403|SIZE:68)"));
      assertThat(served.isUnharmed()).isTrue();
    }
  }
}
