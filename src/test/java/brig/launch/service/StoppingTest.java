package brig.launch.service;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.ProcessStatus;
import brig.linux.Stat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes in real chroots and pid namespaces. */
@Tag("root")
class StoppingTest {
  @TempDir Path dir;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endWhatIsLeft() {
    started.forEach(Process::destroyForcibly);
  }

  /** Runs a script of busybox in a chroot; it prints a line when it is ready. */
  private Process start(String script, String... before) throws IOException {
    Path bin = dir.resolve("bin");
    if (!Files.exists(bin)) {
      Files.createDirectories(bin);
      Files.copy(Path.of("/bin/busybox").toRealPath(), bin.resolve("busybox"));
      // What a shell opens for a job in the background.
      Files.createDirectories(dir.resolve("dev"));
      Files.createFile(dir.resolve("dev/null"));
    }
    List<String> command = new ArrayList<>(List.of(before));
    command.addAll(List.of("chroot", dir.toString(), "/bin/busybox", "sh", "-c", script));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    started.add(process);
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(reader.readLine()).isEqualTo("ready");
    return process;
  }

  private RunState state(int pid, boolean ownNamespace) throws IOException {
    ProcessStatus status = ProcessStatus.of(pid);
    assertThat(status).isNotNull();
    return new RunState(
        pid,
        status.startTime(),
        RunState.currentBoot(),
        1,
        0,
        ownNamespace ? ProcessStatus.namespace(pid, "pid") : 0,
        dir.toString(),
        0,
        "TERM",
        300,
        false);
  }

  private int childOf(Process process) throws IOException {
    for (int pid : ProcessStatus.all()) {
      ProcessStatus status = ProcessStatus.of(pid);
      if (status != null && status.parent() == process.pid()) {
        return pid;
      }
    }
    throw new AssertionError("no child of " + process.pid());
  }

  private Stopping.Outcome stop(RunState state) throws IOException {
    ProcessStatus first = Running.find(state);
    assertThat(first).isNotNull();
    Stopping.Outcome outcome = Stopping.stop(state, first, state.stopMillis());
    assertThat(Running.find(state)).isNull();
    return outcome;
  }

  @Test
  void aServiceThatObeysIsAsked() throws IOException {
    Process process = start("trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done");
    RunState state = state((int) process.pid(), false);
    assertThat(stop(state))
        .isEqualTo(new Stopping.Outcome((int) process.pid(), "SIGTERM", false, 0));
    assertThat(Running.members(state)).isEmpty();
  }

  @Test
  void aServiceThatIgnoresItIsKilledAfterItsTime() throws IOException {
    Process process = start("trap '' TERM; echo ready; while :; do sleep 0.05; done");
    long before = System.nanoTime();
    Stopping.Outcome outcome = stop(state((int) process.pid(), false));
    assertThat(outcome.killed()).isTrue();
    assertThat(System.nanoTime() - before).isGreaterThan(300_000_000L);
  }

  @Test
  void orphansOfTheSameRootEndToo() throws IOException {
    Process process =
        start("(trap '' TERM; /bin/busybox sleep 60) & (/bin/busybox sleep 60) & echo ready; wait");
    RunState state = state((int) process.pid(), false);
    assertThat(Running.members(state).size()).isGreaterThanOrEqualTo(3);
    stop(state);
    assertThat(Running.members(state)).isEmpty();
  }

  @Test
  void theFirstOfAPidNamespaceWithoutAHandlerIsKilledAtOnce() throws IOException {
    Process outer = start("echo ready; while :; do sleep 0.05; done", "unshare", "-p", "-f");
    int pid = childOf(outer);
    RunState state = state(pid, true);
    long before = System.nanoTime();
    Stopping.Outcome outcome = Stopping.stop(state, ProcessStatus.of(pid), 60_000);
    assertThat(outcome).isEqualTo(new Stopping.Outcome(pid, null, true, 0));
    assertThat(System.nanoTime() - before).isLessThan(30_000_000_000L);
    assertThat(Running.find(state)).isNull();
  }

  @Test
  void theRootIsComparedByInode() throws IOException {
    Process process = start("echo ready; while :; do sleep 0.05; done");
    assertThat(Running.hasRoot((int) process.pid(), Stat.of(dir.toString()))).isTrue();
    assertThat(Running.hasRoot((int) process.pid(), Stat.of(dir + "/bin"))).isFalse();
    assertThat(Running.hasRoot(ProcessStatus.self(), Stat.of(dir.toString()))).isFalse();
  }
}
