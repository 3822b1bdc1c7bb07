package brig.audit.breakout;

import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.spec.JailSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A jail on disk with nothing in it but directories: those who break out bring their program. */
final class Cell {
  static final int USER = 33;

  final Path directory;
  final Path root;

  Cell(Path directory) throws IOException {
    this.directory = directory.toRealPath();
    Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    root = Files.createDirectory(this.directory.resolve("root"));
    for (String name : List.of("dev", "tmp", "data", "etc", "proc")) {
      Files.createDirectory(root.resolve(name));
    }
    Files.createDirectory(this.directory.resolve("data"));
    Files.setAttribute(this.directory.resolve("data"), "unix:uid", USER);
  }

  /** As a jailfile that says nothing has it. */
  LaunchOrder order(boolean startAsRoot, List<String> capabilities, boolean ownPids) {
    return new LaunchOrder(
        "cell",
        root.toString(),
        List.of("/bin/service"),
        Map.of("PATH", "/bin"),
        "/",
        USER,
        USER,
        List.of(USER),
        startAsRoot,
        capabilities,
        027,
        Map.of(),
        new JailSpec.Namespaces(ownPids, true, true),
        new JailSpec.Network(JailSpec.NetworkMode.HOST, List.of(), List.of(), List.of()),
        new JailSpec.SeccompPolicy(true, List.of(), List.of()),
        JailSpec.Landlock.REQUIRE,
        List.of(
            new JailMount.Temporary("/tmp", 01777, 0, 0, 1 << 20),
            new JailMount.Writable("/data", directory.resolve("data").toString())),
        List.of(),
        null,
        false,
        null);
  }

  JailTarget jail(LaunchOrder order, boolean asRoot) throws Exception {
    return new JailTarget(order, asRoot, directory.resolve("lib").toString(), WorkPlace.in(order));
  }

  ChrootTarget chroot(int uid) {
    return new ChrootTarget(root.toString(), uid, uid);
  }

  /** The order with fewer namespaces and filters, without Landlock, with all ports. */
  static LaunchOrder weakened(
      LaunchOrder o, JailSpec.Namespaces namespaces, JailSpec.SeccompPolicy seccomp) {
    return new LaunchOrder(
        o.jail(),
        o.root(),
        o.argv(),
        o.environment(),
        o.workingDirectory(),
        o.uid(),
        o.gid(),
        o.groups(),
        o.startAsRoot(),
        o.capabilities(),
        o.umask(),
        o.limits(),
        namespaces,
        new JailSpec.Network(JailSpec.NetworkMode.HOST, null, null, List.of()),
        seccomp,
        JailSpec.Landlock.OFF,
        o.mounts(),
        o.handedIn(),
        o.output(),
        o.terminal(),
        null);
  }

  /** Everything in the directory that was not there at first. */
  static List<String> leftovers(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.toList()) {
        String name = directory.relativize(path).toString();
        if (name.contains("brig-breakout") || name.startsWith("lib/breakout/")) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /** Ids of those that came out so. */
  static List<String> ids(BreakoutReport report, Class<? extends Result> result) {
    return report.attempts().stream()
        .filter(tried -> result.isInstance(tried.result()))
        .map(Tried::id)
        .toList();
  }

  /** What is told when an expectation fails. */
  static String told(BreakoutReport report) {
    List<String> lines = new ArrayList<>();
    for (Tried tried : report.attempts()) {
      lines.add(tried.id() + " " + tried.result() + " " + tried.calls());
    }
    return String.join("\n", lines);
  }
}
