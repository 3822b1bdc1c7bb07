package brig.hole.listener;

import brig.hole.wire.Bytes;
import brig.hole.wire.ClientFrame;
import brig.hole.wire.Frame;
import brig.hole.wire.FrameDecoder;
import brig.launch.LaunchOrder;
import brig.launch.Walls;
import brig.launch.child.Child;
import brig.launch.child.ChildOrder;
import brig.launch.child.ChildOrder.ChildLimits;
import brig.launch.child.ChildOrder.Identity;
import brig.launch.child.Children;
import brig.linux.Fd;
import brig.linux.ProcessStatus;
import brig.linux.Stream;
import brig.spec.JailSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A running {@code brig hole serve}, and a jail from which its doors are reached: a root of its own
 * with a static busybox and the static client.c, under the web user's uid without any privilege.
 */
final class ServedHole implements AutoCloseable {
  /** The web user, www-data. */
  static final int WEB = 33;

  /** As whom jobs run: uucp, which runs nothing else. */
  static final int JOBS = 10;

  private static final Duration SOON = Duration.ofSeconds(120);

  final Path directory;
  final Path jail;
  final Path doors;
  final Path file;
  final Path home;
  private final Children children;
  private final Walls walls;

  /** In a mount namespace in which there are no cgroups. */
  static final List<String> WITHOUT_CGROUPS =
      List.of("unshare", "-m", "sh", "-c", "umount -a -t cgroup,cgroup2; exec \"$@\"", "sh");

  /** The same, and without the right to make a namespace. */
  static final List<String> WITHOUT_NAMESPACES =
      List.of(
          "unshare",
          "-m",
          "sh",
          "-c",
          "umount -a -t cgroup,cgroup2; exec setpriv --bounding-set=-sys_admin \"$@\"",
          "sh");

  private final List<String> options;
  private final List<String> before;
  private Process listener;

  ServedHole(Path directory, String toml, String... options) throws Exception {
    this(List.of(), directory, toml, options);
  }

  /**
   * The same.
   *
   * @param before a command that becomes the listener
   */
  ServedHole(List<String> before, Path directory, String toml, String... options) throws Exception {
    jobsAreMine();
    this.before = before;
    this.directory = directory.toRealPath();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    this.options = List.of(options);
    jail = this.directory.resolve("jail");
    doors = Files.createDirectories(jail.resolve("run/hole"));
    home = this.directory.resolve("home");
    file = Files.writeString(this.directory.resolve("t.hole.toml"), toml);
    Files.createDirectories(jail.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), jail.resolve("bin/busybox"));
    for (String applet : List.of("sh", "cat", "head", "ln", "mkfifo", "rm", "sleep", "tr")) {
      Files.createSymbolicLink(jail.resolve("bin/" + applet), Path.of("busybox"));
    }
    Path source = this.directory.resolve("client.c");
    try (InputStream in = ServedHole.class.getResourceAsStream("client.c")) {
      Files.copy(in, source);
    }
    run(
        "gcc",
        "-static",
        "-O1",
        "-w",
        "-o",
        jail.resolve("bin/client").toString(),
        source.toString());
    children = Children.open("brig-test-clients-" + ProcessStatus.self());
    walls = Walls.build(jail());
    try {
      start();
    } catch (IOException e) {
      jobsAreFree();
      throw e;
    }
  }

  private static @Nullable FileLock lock;
  private static int open;

  /** Tests that run in another virtual machine meanwhile wait: jobs are told by their user. */
  private static synchronized void jobsAreMine() throws IOException {
    if (open++ == 0) {
      Path file = Path.of(System.getProperty("java.io.tmpdir"), "brig-test-jobs.lock");
      lock = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE).lock();
    }
  }

  private static synchronized void jobsAreFree() throws IOException {
    if (--open == 0 && lock != null) {
      lock.acquiredBy().close();
    }
  }

  /** Read-only but for the doors, as the jail of a service that has a hole is. */
  private LaunchOrder jail() {
    return new LaunchOrder(
        "clients",
        jail.toString(),
        List.of("/"),
        Map.of(),
        "/",
        WEB,
        WEB,
        List.of(),
        false,
        List.of(),
        022,
        Map.of(),
        new JailSpec.Namespaces(false, true, false),
        new JailSpec.Network(JailSpec.NetworkMode.HOST, List.of(), List.of(), List.of()),
        new JailSpec.SeccompPolicy(true, List.of(), List.of()),
        JailSpec.Landlock.AUTO,
        List.of(new LaunchOrder.JailMount.Writable("/run/hole", doors.toString())),
        List.of(),
        null,
        false,
        null);
  }

  /** Puts clients/hole.sh into the jail, and what a shell there wants. */
  ServedHole withShellClient() throws IOException {
    Files.copy(Path.of("clients/hole.sh"), jail.resolve("hole.sh"));
    Files.createFile(Files.createDirectories(jail.resolve("dev")).resolve("null"));
    return this;
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command));
    }
  }

  void start() throws Exception {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx200m",
            "-cp",
            System.getProperty("java.class.path"),
            "brig.cli.Main",
            "hole",
            "serve",
            file.toString(),
            "--at",
            doors.toString()));
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("BRIG_HOME", home.toString());
    builder.redirectErrorStream(true).redirectOutput(directory.resolve("said").toFile());
    listener = builder.start();
    await("the door", () -> said().contains("is open in") || !listener.isAlive());
    if (!listener.isAlive()) {
      throw new IOException("the listener did not start: " + said());
    }
  }

  String said() throws IOException {
    Path said = directory.resolve("said");
    return Files.exists(said) ? Files.readString(said) : "";
  }

  Process listener() {
    return listener;
  }

  /** Something that comes true before long. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(String what, Condition condition) throws Exception {
    Instant end = Instant.now().plus(SOON);
    while (!condition.holds()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("waited in vain for " + what);
      }
      Thread.sleep(20);
    }
  }

  String log() throws IOException {
    Path log = home.resolve("lib/holes/t.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  /** A client in the jail; its input and output are pipes. */
  final class Client implements AutoCloseable {
    private final Child child;
    private final Fd input;
    private final Fd output;

    Client(List<String> argv) throws Exception {
      ChildOrder order =
          new ChildOrder(
              argv,
              Map.of("PATH", "/bin"),
              "/",
              walls,
              new Identity.As(WEB, WEB, List.of()),
              ChildLimits.NONE,
              022,
              false);
      Stream.Pipe in = Stream.pipe();
      Stream.Pipe out = Stream.pipe();
      child = children.start(order, in.out(), out.in(), null);
      in.out().close();
      out.in().close();
      input = in.in();
      output = out.out();
    }

    Client send(byte[] bytes) throws Exception {
      int done = 0;
      while (done < bytes.length) {
        done += Stream.write(input, bytes, done, bytes.length - done);
      }
      return this;
    }

    Client end() {
      input.close();
      return this;
    }

    byte[] read() throws Exception {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] buffer = new byte[65536];
      int count;
      while ((count = Stream.read(output, buffer, 0, buffer.length)) > 0) {
        all.write(buffer, 0, count);
      }
      return all.toByteArray();
    }

    /** What came until the end. */
    Answer answer() throws Exception {
      return new Answer(read());
    }

    /** What comes first, as much as one read gives. */
    String some() throws Exception {
      byte[] buffer = new byte[65536];
      int count = Stream.read(output, buffer, 0, buffer.length);
      return new String(buffer, 0, Math.max(0, count), StandardCharsets.ISO_8859_1);
    }

    void kill() throws Exception {
      child.kill();
    }

    @Override
    public void close() throws Exception {
      input.close();
      output.close();
      child.close();
    }
  }

  /** The listener's frames. */
  static final class Answer {
    final List<Frame> frames = new ArrayList<>();

    Answer(byte[] bytes) throws Exception {
      FrameDecoder decoder = new FrameDecoder();
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      Frame frame;
      while ((frame = decoder.next(buffer)) != null) {
        frames.add(frame);
      }
      decoder.end();
    }

    /** All payloads of a type, one after the other. */
    String of(char type) {
      StringBuilder text = new StringBuilder();
      for (Frame frame : frames) {
        if (frame.type() == type) {
          text.append(new String(frame.payload().array(), StandardCharsets.ISO_8859_1));
        }
      }
      return text.toString();
    }

    String output() {
      return of('O');
    }

    /** {@code CODE SIGNAL REASON}; the message is left out. */
    String end() {
      String[] words = of('X').split(" ", -1);
      return words.length < 3 ? of('X') : words[0] + " " + words[1] + " " + words[2];
    }
  }

  Client client(String... more) throws Exception {
    List<String> argv = new ArrayList<>(List.of("/bin/client", "/run/hole/socket"));
    argv.addAll(List.of(more));
    return new Client(argv);
  }

  /** A shell in the jail. */
  Client shell(String script) throws Exception {
    return new Client(List.of("/bin/busybox", "sh", "-c", script));
  }

  String inJail(String script) throws Exception {
    try (Client client = shell(script)) {
      client.end();
      return new String(client.read(), StandardCharsets.ISO_8859_1);
    }
  }

  static byte[] frame(char type, String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(Frame.header(type, bytes.length));
    all.writeBytes(bytes);
    return all.toByteArray();
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** A request without its end. */
  static byte[] begin(String job, String... values) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(new ClientFrame.Version(1).frame().encoded());
    all.writeBytes(new ClientFrame.Job(job).frame().encoded());
    for (String value : values) {
      all.writeBytes(frame('A', value));
    }
    return all.toByteArray();
  }

  static byte[] go() {
    return new Frame('G', Bytes.NONE).encoded();
  }

  Answer call(String job, String... values) throws Exception {
    return raw(join(begin(job, values), go()));
  }

  Answer raw(byte[] bytes) throws Exception {
    try (Client client = client()) {
      return client.send(bytes).answer();
    }
  }

  void signal(String name) throws Exception {
    run("kill", "-" + name, Long.toString(listener.pid()));
  }

  void killListener() throws Exception {
    listener.destroyForcibly().waitFor();
  }

  /** Processes of the user of jobs that live. */
  static List<Integer> jobProcesses() throws Exception {
    List<Integer> found = new ArrayList<>();
    for (int pid : ProcessStatus.all()) {
      ProcessStatus status = ProcessStatus.of(pid);
      if (status != null && status.uid() == JOBS && !status.ended()) {
        found.add(pid);
      }
    }
    return found;
  }

  @Override
  public void close() throws Exception {
    try {
      children.close();
      walls.close();
      listener.destroy();
      if (!listener.waitFor(30, TimeUnit.SECONDS)) {
        killListener();
        throw new AssertionError("the listener did not end: " + said());
      }
    } finally {
      jobsAreFree();
    }
  }
}
