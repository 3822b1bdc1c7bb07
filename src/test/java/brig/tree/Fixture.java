package brig.tree;

import brig.linux.Fd;
import brig.linux.FileNames;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.plan.Entry;
import brig.plan.FileStat;
import brig.plan.HostDrift;
import brig.plan.Inputs;
import brig.plan.Plan;
import brig.plan.Reason;
import brig.plan.RecordingHost;
import brig.plan.packages.Origin;
import brig.report.BrigException;
import brig.testing.HostTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Plans of real directories, and builds of them below a place of the test's own. */
final class Fixture {
  static final List<Reason> WHY = List.of(Reason.root("www.toml:1"));
  static final long MODIFIED = 1_600_000_000_123_456_789L;
  static final Plan.ServiceIds SERVICE = new Plan.ServiceIds(33, 33, List.of());

  static final HostDrift NONE = HostDrift.none();

  final JailPaths paths;
  final TreeMap<String, Entry> entries = new TreeMap<>();
  boolean devicesFromHost;
  boolean again = true;
  @Nullable OwnVolume volume;
  Seal seal = (plan, changes) -> new Seal.Outcome(changes, List.of());

  Fixture(Path home) {
    paths = JailPaths.of(Map.of("BRIG_HOME", home.toString()));
    entries.put("/", new Entry.Directory("/", 0755, 0, 0, WHY));
  }

  /** Adds an entry with the directories above it. */
  Fixture add(Entry entry) {
    String path = entry.path();
    for (int i = path.lastIndexOf('/'); i > 0; i = path.lastIndexOf('/', i - 1)) {
      String above = path.substring(0, i);
      entries.putIfAbsent(above, new Entry.Directory(above, 0755, 0, 0, WHY));
    }
    entries.put(path, entry);
    return this;
  }

  /** Adds all that is in a directory of the host, as {@code inside} and below. */
  Fixture addTree(String outside, String inside) throws LinuxException {
    List<String> names;
    try (Fd directory = Fd.open(outside, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      names = directory.list();
    }
    Collections.sort(names);
    for (String name : names) {
      String from = outside + "/" + name;
      String to = inside + "/" + name;
      Stat stat = Stat.ofLink(from);
      if (stat == null) {
        continue;
      }
      if (stat.isDirectory()) {
        add(new Entry.Directory(to, stat.mode() & 07777, stat.uid(), stat.gid(), WHY));
        addTree(from, to);
      } else if (stat.isLink()) {
        add(new Entry.Link(to, Fd.readLink(from), WHY));
      } else {
        add(new Entry.File(to, from, fileStat(stat), WHY));
      }
    }
    return this;
  }

  static FileStat fileStat(Stat stat) {
    return new FileStat(
        switch (stat.type()) {
          case Stat.S_IFREG -> FileStat.Type.FILE;
          case Stat.S_IFIFO -> FileStat.Type.FIFO;
          default -> throw new IllegalArgumentException("type " + stat.type());
        },
        stat.mode() & 07777,
        stat.uid(),
        stat.gid(),
        stat.size(),
        stat.device(),
        stat.inode(),
        stat.links(),
        stat.special(),
        stat.modifiedNanos(),
        stat.changedNanos());
  }

  /** The inputs of a plan that was made from nothing. */
  static Inputs noInputs() {
    return new RecordingHost(HostTree.ofThisMachine()).inputs(0);
  }

  Plan plan() {
    return new Plan(
        "www", new ArrayList<>(entries.values()), List.of(), List.of(), SERVICE, List.of());
  }

  BuildOrder order(Planning planning) {
    return new BuildOrder(
        "www",
        paths,
        "command = []".getBytes(StandardCharsets.UTF_8),
        MODIFIED,
        devicesFromHost,
        null,
        again,
        false,
        planning,
        seal,
        volume,
        false);
  }

  BuildResult build() throws BrigException {
    return build(Progress.NONE);
  }

  BuildResult build(Progress progress) throws BrigException {
    return Builder.build(order(planning(plan())), progress);
  }

  static Planning planning(Plan plan) {
    return new Planning() {
      @Override
      public Planned plan() {
        return new Planned(plan, Fixture.noInputs(), Map.of());
      }

      @Override
      public Map<String, Origin> origins(List<String> paths) {
        return Map.of();
      }

      @Override
      public HostDrift drift(byte[] inputs) {
        return Fixture.NONE;
      }

      @Override
      public List<String> besides() {
        return List.of();
      }

      @Override
      public long originsPrint() {
        return 0;
      }
    };
  }

  /** The path of something in the current generation. */
  String in(String path) {
    return paths.current("www") + "/root" + path;
  }

  Stat stat(String path) throws LinuxException {
    Stat stat = Stat.ofLink(in(path));
    if (stat == null) {
      throw new AssertionError(path + " is not in the jail");
    }
    return stat;
  }

  /** Everything below a directory, as text: path, type, mode, owner, time, numbers, target. */
  static List<String> listing(String root) throws LinuxException {
    List<String> lines = new ArrayList<>();
    list(root, "", lines);
    return lines;
  }

  private static void list(String root, String path, List<String> lines) throws LinuxException {
    Stat stat = Stat.ofLink(root + path);
    if (stat == null) {
      return;
    }
    lines.add(
        String.join(
            " ",
            path,
            Integer.toOctalString(stat.mode()),
            stat.uid() + ":" + stat.gid(),
            Long.toString(stat.modifiedNanos()),
            stat.isDirectory() ? "" : Long.toString(stat.size()),
            Long.toHexString(stat.special()),
            stat.isLink() ? Fd.readLink(root + path) : ""));
    if (stat.isDirectory()) {
      List<String> names;
      try (Fd directory = Fd.open(root + path, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
        names = directory.list();
      }
      Collections.sort(names);
      for (String name : names) {
        list(root, path + "/" + name, lines);
      }
    }
  }

  static byte[] read(String path) throws LinuxException {
    try (Fd file = Fd.open(path, Fd.O_RDONLY)) {
      byte[] bytes = new byte[Math.toIntExact(file.stat().size())];
      file.read(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  /** Runs a program of the host to its end and gives what it printed. */
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    byte[] out = process.getInputStream().readAllBytes();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError(
          String.join(" ", command) + ": " + new String(out, StandardCharsets.UTF_8));
    }
    return FileNames.decode(out);
  }
}
