package brig.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code brig trace} as a process of its own: how it ends, and what is left then. */
@Tag("root")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledTracerTest {
  @TempDir Path directory;

  private final List<Process> started = new ArrayList<>();

  private Process brig(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "brig.cli.Main",
                "trace"));
    command.addAll(List.of(arguments));
    return start(command);
  }

  private Process start(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output-" + started.size()).toFile())
            .start();
    started.add(process);
    return process;
  }

  private String output(Process process) throws IOException {
    return Files.readString(
        directory.resolve("output-" + started.indexOf(process)), StandardCharsets.UTF_8);
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + 40_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private static boolean gone(String pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
    } catch (IOException e) {
      return true;
    }
  }

  private String read(String name) {
    try {
      return Files.readString(directory.resolve(name)).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private void signal(Process process, String signal) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor())
        .isZero();
  }

  private Process daemon() throws IOException {
    return start(
        List.of(
            "/usr/bin/perl",
            "-e",
            "for ($i = 0;; $i++) { open F, '>', '"
                + directory
                + "/count'; print F $i; close F; select undef, undef, undef, 0.01 }"));
  }

  private void livesOn(Process daemon) throws Exception {
    assertThat(Files.readString(Path.of("/proc/" + daemon.pid() + "/status")))
        .contains("TracerPid:\t0");
    for (int i = 0; i < 3; i++) {
      String before = read("count");
      await(() -> !read("count").isEmpty() && !read("count").equals(before));
    }
    assertThat(daemon.isAlive()).isTrue();
  }

  private void awaitTraced(Process daemon) throws Exception {
    await(
        () -> {
          try {
            return !Files.readString(Path.of("/proc/" + daemon.pid() + "/status"))
                .contains("TracerPid:\t0\n");
          } catch (IOException e) {
            return false;
          }
        });
  }

  @Test
  void nothingThatWasStartedOutlivesAKilledTracer() throws Exception {
    Process brig =
        brig(
            "--",
            "/bin/sh",
            "-c",
            "trap '' TERM HUP INT; setsid sh -c 'echo $$ >"
                + directory
                + "/b; exec sleep 1000' & echo $$ >"
                + directory
                + "/a; sleep 1000; sleep 1000");
    await(() -> !read("a").isEmpty() && !read("b").isEmpty());
    assertThat(gone(read("a"))).isFalse();
    signal(brig, "KILL");
    await(() -> gone(read("a")) && gone(read("b")));
  }

  @Test
  void aWatchedDaemonOutlivesAKilledTracer() throws Exception {
    Process daemon = daemon();
    await(() -> !read("count").isEmpty());
    Process brig = brig("--pid", String.valueOf(daemon.pid()));
    awaitTraced(daemon);
    Thread.sleep(200);
    signal(brig, "KILL");
    brig.waitFor();
    livesOn(daemon);
  }

  @Test
  void ctrlCEndsTheWatchWithAReportAndTheDaemonGoesOn() throws Exception {
    Process daemon = daemon();
    await(() -> !read("count").isEmpty());
    Process brig = brig("--pid", String.valueOf(daemon.pid()));
    await(
        () -> {
          try {
            return output(brig).contains("Ctrl-C ends the trace");
          } catch (IOException e) {
            return false;
          }
        });
    Thread.sleep(500);
    signal(brig, "INT");
    assertThat(brig.waitFor()).isZero();
    assertThat(output(brig))
        .contains("traced 1 process of perl")
        .contains("Written or changed: 1\n")
        .contains("    " + directory + "/count");
    livesOn(daemon);
  }

  @Test
  void theCommandsExitStatusIsBrigsAndASignalReachesTheCommand() throws Exception {
    Process plain = brig("--summary", "--", "/bin/sh", "-c", "echo out; exit 37");
    assertThat(plain.waitFor()).isEqualTo(37);
    assertThat(output(plain)).startsWith("out\n").contains("exited with status 37; 1 process, ");
    Process absent = brig("--", "no-such-program");
    assertThat(absent.waitFor()).isEqualTo(111);
    assertThat(output(absent))
        .isEqualTo(
            "brig: cannot execute no-such-program: no directory of PATH has such a program."
                + " Give its path.\n");
    Process nobody = brig("--pid", "4000000");
    assertThat(nobody.waitFor()).isEqualTo(111);
    assertThat(output(nobody))
        .isEqualTo("brig: cannot trace process 4000000: there is no such process.\n");
    Process both = brig("--pid", "1", "true");
    assertThat(both.waitFor()).isEqualTo(100);
    assertThat(output(both)).contains("--pid and a command exclude each other");
    Process trapping =
        brig(
            "-o",
            directory + "/report",
            "--",
            "/bin/sh",
            "-c",
            "trap 'exit 44' USR1; echo >" + directory + "/ready; while :; do sleep 0.05; done");
    await(() -> Files.exists(directory.resolve("ready")));
    Thread.sleep(300);
    signal(trapping, "USR1");
    assertThat(trapping.waitFor()).isEqualTo(44);
    assertThat(read("report")).contains("sh exited with status 44");
  }

  @Test
  void jsonIsOneObjectInEachLine() throws Exception {
    Path file = Files.writeString(directory.resolve("a\"b\n"), "x");
    Process brig = brig("--json", "-o", directory + "/json", "--", "/bin/cat", file.toString());
    assertThat(brig.waitFor()).isZero();
    assertThat(read("json").lines())
        .allMatch(line -> line.startsWith("{\"event\":\"") && line.endsWith("}"))
        .anyMatch(
            line ->
                line.contains(
                    "\"call\":\"openat\",\"access\":\"read\",\"path\":\""
                        + directory
                        + "/a\\\"b\\n\",\"result\":3}"))
        .last()
        .asString()
        .startsWith("{\"event\":\"ended\",")
        .endsWith("\"status\":0}");
  }
}
