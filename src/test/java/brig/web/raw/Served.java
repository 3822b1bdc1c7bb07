package brig.web.raw;

import brig.cli.Installation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running {@code brig serve}, of a configuration that a test wrote. */
public final class Served implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final Path output;
  private final int port;

  private Served(Process process, Path output, int port) {
    this.process = process;
    this.output = output;
    this.port = port;
  }

  /** A port that nobody listens at just now. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param directory where the configuration is written
   * @param lines of the configuration but for where it listens
   */
  public static Served start(Path directory, String... lines) throws Exception {
    int port = freePort();
    List<String> all = new ArrayList<>();
    all.add("listen = [\"127.0.0.1:" + port + "\"]");
    all.addAll(List.of(lines));
    Path file = directory.resolve("serve.toml");
    Files.write(file, all);
    Path output = directory.resolve("serve.out");
    Process process =
        new ProcessBuilder(Installation.commandLine("serve", file.toString()))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Served served = new Served(process, output, port);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!served.answers()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new IOException("brig serve does not serve: " + served.output());
      }
      Thread.sleep(50);
    }
    return served;
  }

  private boolean answers() {
    try {
      return say("GET / HTTP/1.0\r\n\r\n").startsWith("HTTP/1.1 ");
    } catch (IOException e) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  /** The process that was started: the parent. */
  public Process process() {
    return process;
  }

  /** All that it has written. */
  public String output() throws IOException {
    return Files.readString(output);
  }

  public Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(15_000);
    return socket;
  }

  /** Sends the bytes and reads all that comes until the server closes, or resets. */
  public String say(String request) throws IOException {
    try (Socket socket = connect()) {
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
      } catch (IOException e) {
        // It may have answered and closed before it had read all.
      }
      StringBuilder answer = new StringBuilder();
      byte[] buffer = new byte[8192];
      try {
        int count;
        while ((count = socket.getInputStream().read(buffer)) >= 0) {
          answer.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        }
      } catch (java.net.SocketException e) {
        // A reset: what was sent behind the refused part was thrown away.
      }
      return answer.toString();
    }
  }

  /** A GET on a connection of its own. */
  public String get(String target) throws IOException {
    return say("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("brig serve did not end: " + output());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
