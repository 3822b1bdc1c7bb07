package brig.hole.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Debian's PostgreSQL with a cluster of its own in a directory of the test's. */
public final class PostgresServer implements AutoCloseable {
  public static final String PASSWORD = "correct horse";
  private final Process server;
  private final int port;

  private PostgresServer(Process server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * @param directory empty, and to be entered by everybody
   */
  public static PostgresServer start(Path directory) throws Exception {
    Path programs = programs();
    Path password = Files.writeString(directory.resolve("password"), PASSWORD + "\n");
    Path data = Files.createDirectory(directory.resolve("data"));
    boolean root = isRoot();
    if (root) {
      run(List.of("chown", "-R", "postgres:", directory.toString()), directory);
    }
    List<String> init = as(root, programs.resolve("initdb").toString());
    init.addAll(
        List.of(
            "-D",
            data.toString(),
            "-U",
            "brig",
            "-A",
            "scram-sha-256",
            "--pwfile",
            password.toString(),
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C.UTF-8"));
    run(init, directory);
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> command = as(root, programs.resolve("postgres").toString());
    command.addAll(
        List.of(
            "-D",
            data.toString(),
            "-p",
            Integer.toString(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "fsync=off",
            "-c",
            "shared_buffers=8MB",
            "-c",
            "max_connections=60"));
    Process server =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    PostgresServer started = new PostgresServer(server, port);
    started.await(directory.resolve("log"));
    return started;
  }

  private static Path programs() throws IOException {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      return versions.sorted().reduce((a, b) -> b).orElseThrow().resolve("bin");
    }
  }

  private static boolean isRoot() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
  }

  private static List<String> as(boolean root, String program) {
    List<String> command = new ArrayList<>();
    if (root) {
      // One process, no shell in between: what is started is what is ended.
      command.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
    }
    command.add(program);
    return command;
  }

  private static void run(List<String> command, Path directory) throws Exception {
    Path log = directory.resolveSibling(directory.getFileName() + ".init");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(command + ": " + Files.readString(log));
    }
  }

  private void await(Path log) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try (Connection connection = connect()) {
        return;
      } catch (SQLException e) {
        if (System.nanoTime() > deadline || !server.isAlive()) {
          close();
          throw new IllegalStateException(Files.readString(log), e);
        }
        Thread.sleep(100);
      }
    }
  }

  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), "brig", PASSWORD);
  }

  @Override
  public void close() {
    server.destroy();
    try {
      if (!server.waitFor(20, TimeUnit.SECONDS)) {
        server.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
