package brig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.jail.JailNames;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.Fd;
import brig.linux.Names;
import brig.linux.ProcessStatus;
import brig.tree.JailPaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Brig as a person has it: each command is a process. The jails are below a directory of the
 * test's, and everything runs in a network namespace of the test's, so that port 80 is free.
 */
public final class Installation implements AutoCloseable {
  private final Path home;
  private final JailPaths paths;
  private final Process network;
  private final List<Process> beside = new ArrayList<>();

  /** What a command printed on both outputs, and its exit status. */
  public record Result(int status, String output) {}

  public Installation() throws IOException {
    // Not below /tmp: a jail's root may not be where others can write.
    home = Files.createTempDirectory(Path.of("/var/tmp"), "brig-test-");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    paths = JailPaths.of(Map.of("BRIG_HOME", home.toString()));
    Files.createDirectories(Path.of(paths.etc()));
    network =
        new ProcessBuilder("unshare", "-n", "sh", "-c", "ip link set lo up; echo up; exec cat")
            .start();
    assertThat(network.getInputStream().readNBytes(3)).hasSize(3);
  }

  public Path home() {
    return home;
  }

  public JailPaths paths() {
    return paths;
  }

  /** Copies one of Brig's recipes to the jailfile of its name. */
  public void recipe(String name) throws IOException {
    Files.copy(Path.of("recipes/" + name + ".toml"), Path.of(paths.jailfile(name)));
  }

  public void jailfile(String name, String text) throws IOException {
    Files.writeString(Path.of(paths.jailfile(name)), text);
  }

  public Result brig(String... arguments) throws Exception {
    return run(commandLine(arguments));
  }

  /** The same, not waited for; its standard input stays open. */
  public Process startBrig(String... arguments) throws IOException {
    return start(commandLine(arguments));
  }

  /** A process that is ended when the machine is. */
  public void endsWithIt(Process process) {
    beside.add(process);
  }

  /** {@code brig run -d}, which must work. */
  public RunState startService(String jail) throws Exception {
    Result started = brig("run", "-d", jail);
    assertThat(started.status()).as(started.output()).isZero();
    RunState state = RunState.read(paths.state(jail));
    assertThat(state).as(started.output()).isNotNull();
    assertThat(started.output()).contains(jail + ": running, pid " + state.pid());
    return state;
  }

  /** The answer to a request, head and body. */
  public String get(String path) throws Exception {
    return run(List.of("curl", "-sS", "-i", "http://127.0.0.1" + path)).output();
  }

  public Result run(List<String> command) throws Exception {
    Process process = start(command);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  public Process start(List<String> command) throws IOException {
    List<String> line =
        new ArrayList<>(List.of("nsenter", "-n", "-t", String.valueOf(network.pid()), "--"));
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("BRIG_HOME", home.toString());
    return builder.start();
  }

  /** What {@link #brig} runs: what a person types where Brig is built, and quicker. */
  public static List<String> commandLine(String... arguments) {
    String launcher = System.getProperty("brig.launcher", "");
    if (launcher.isEmpty()) {
      return virtualMachine(arguments);
    }
    List<String> line = new ArrayList<>(List.of(launcher));
    line.addAll(List.of(arguments));
    return line;
  }

  /** The same by a virtual machine with the classes under test. */
  public static List<String> virtualMachine(String... arguments) {
    List<String> line = new ArrayList<>();
    line.addAll(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "-Dbrig.home=" + Path.of("").toAbsolutePath(),
            "brig.cli.Main"));
    line.addAll(List.of(arguments));
    return line;
  }

  /** Its output up to and with some words; fails when it ends before. */
  public static String readUntil(Process process, String words) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(words) < 0) {
      int next = process.getInputStream().read();
      assertThat(next).as("ended before \"%s\": %s", words, text).isNotNegative();
      text.append((char) next);
    }
    return text.toString();
  }

  public static void signal(Process process, String name) throws Exception {
    int status =
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    assertThat(status).isZero();
  }

  @Override
  public void close() throws Exception {
    for (String jail : JailNames.all(paths)) {
      RunState state = RunState.read(paths.state(jail));
      brig("stop", jail);
      if (state != null) {
        // Also when it is brig stop that does not work.
        for (ProcessStatus left : Running.members(state)) {
          ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
      }
    }
    for (Process process : beside) {
      if (process.isAlive()) {
        signal(process, "TERM");
      }
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
    network.destroyForcibly().waitFor();
    try (Fd above = Fd.open("/var/tmp", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      Names.removeTree(above, home.getFileName().toString());
    }
  }
}
