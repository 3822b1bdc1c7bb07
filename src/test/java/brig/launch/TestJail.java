package brig.launch;

import brig.launch.LaunchOrder.JailMount;
import brig.linux.Pidfd;
import brig.spec.JailSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real jail on disk, with a static busybox and the static program escapes.c in it. */
final class TestJail {
  static final int USER = 33;

  final Path directory;
  final Path root;
  final Path data;
  final Path output;
  final Path marker;

  TestJail(Path directory) throws IOException, InterruptedException {
    this.directory = directory.toRealPath();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    root = this.directory.resolve("root");
    data = this.directory.resolve("data");
    output = this.directory.resolve("out.log");
    marker =
        Files.writeString(
            Files.createDirectory(this.directory.resolve("secret")).resolve("marker"), "out");
    for (String name : List.of("bin", "dev", "tmp", "data", "run")) {
      Files.createDirectories(root.resolve(name));
    }
    Files.createDirectory(data);
    Files.setAttribute(data, "unix:uid", USER);
    Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
    Files.createSymbolicLink(root.resolve("bin/sh"), Path.of("busybox"));
    Path source = this.directory.resolve("escapes.c");
    try (InputStream in = TestJail.class.getResourceAsStream("escapes.c")) {
      Files.copy(in, source);
    }
    run("gcc", "-static", "-O1", "-w", "-o", program().toString(), source.toString());
    run("mknod", "-m", "666", root.resolve("dev/null").toString(), "c", "1", "3");
  }

  /** The program escapes.c, by its path outside. */
  Path program() {
    return root.resolve("bin/escapes");
  }

  static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }

  /** What most tests start: as a user, without capabilities, with every fence. */
  LaunchOrder order(String... argv) {
    return order(
        List.of(argv),
        List.of(),
        false,
        true,
        new JailSpec.Network(JailSpec.NetworkMode.HOST, null, List.of(), List.of()),
        Map.of());
  }

  LaunchOrder order(
      List<String> argv,
      List<String> capabilities,
      boolean startAsRoot,
      boolean ownPids,
      JailSpec.Network network,
      Map<String, Long> limits) {
    return new LaunchOrder(
        "test",
        root.toString(),
        argv,
        Map.of("PATH", "/bin"),
        "/",
        USER,
        USER,
        List.of(USER),
        startAsRoot,
        capabilities,
        027,
        limits,
        new JailSpec.Namespaces(ownPids, true, true),
        network,
        new JailSpec.SeccompPolicy(true, List.of(), List.of()),
        JailSpec.Landlock.REQUIRE,
        List.of(
            new JailMount.Temporary("/tmp", 01777, 0, 0, 1 << 20),
            new JailMount.OwnDevices("/dev"),
            new JailMount.Writable("/data", data.toString())),
        List.of(),
        output.toString(),
        false,
        null);
  }

  LaunchOrder withShared(LaunchOrder o) {
    return order(o.argv(), o.capabilities(), o.startAsRoot(), false, o.network(), o.limits());
  }

  /** Waits for a child and returns the lines that it printed. */
  List<String> linesOf(int pid) throws IOException {
    reap(pid);
    return Files.readAllLines(output);
  }

  static int reap(int pid) throws IOException {
    Pidfd child = Pidfd.open(pid);
    if (child == null) {
      throw new IOException("there is no child " + pid);
    }
    try (child) {
      return child.reap().status();
    }
  }

  /** Waits until the service has printed a line. */
  void awaitLine(String line) throws IOException, InterruptedException {
    for (int i = 0; i < 500; i++) {
      if (Files.exists(output) && Files.readAllLines(output).contains(line)) {
        return;
      }
      Thread.sleep(10);
    }
    throw new IOException("no line '" + line + "' in " + Files.readString(output));
  }

  static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  static List<String> statusLines(int pid, String... keys) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      for (String key : keys) {
        if (line.startsWith(key + ":")) {
          lines.add(line.replaceAll("\\s+", " ").strip());
        }
      }
    }
    return lines;
  }
}
