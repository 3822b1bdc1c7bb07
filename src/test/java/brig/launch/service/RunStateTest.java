package brig.launch.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.linux.ProcessStatus;
import brig.report.BrigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStateTest {
  @TempDir Path dir;

  private static RunState of(Process process, long startTime, String boot) {
    return new RunState(
        (int) process.pid(),
        startTime,
        boot,
        3,
        1_700_000_000,
        1,
        "/nowhere",
        33,
        "QUIT",
        5000,
        false);
  }

  @Test
  void itIsReadAsItWasWritten() throws Exception {
    String file = dir + "/www.state";
    RunState state =
        new RunState(
            7,
            8,
            "boot",
            3,
            9,
            10,
            "/j/\"x\"\\\n",
            33,
            "SIGQUIT",
            5000,
            true,
            true,
            new RunState.Keeper(11, 12, true),
            List.of("-v", "", "two words", "a\nroot /", "\\n", "\\-"));
    state.write(file);
    assertThat(RunState.read(file)).isEqualTo(state);
    assertThat(RunState.read(dir + "/absent.state")).isNull();
  }

  @Test
  void whatIsNoStateIsRefusedWithAWord() throws Exception {
    for (String text : new String[] {"", "{", "pid", "pid x\n", "pid 7\n", "pid 7\nroot "}) {
      Path file = dir.resolve("bad.state");
      Files.writeString(file, text);
      assertThatThrownBy(() -> RunState.read(file.toString()))
          .isInstanceOf(BrigException.class)
          .hasMessageStartingWith("cannot make sense of " + file);
    }
  }

  @Test
  void aProcessIsKnownByItsStartTimeAndBootNotByItsNumberAlone() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "60").start();
    try {
      ProcessStatus now = ProcessStatus.of((int) sleep.pid());
      assertThat(now).isNotNull();
      String boot = RunState.currentBoot();
      assertThat(Running.find(of(sleep, now.startTime(), boot))).isNotNull();
      assertThat(Running.find(of(sleep, now.startTime() - 1, boot)))
          .as("another process was given the number")
          .isNull();
      assertThat(Running.find(of(sleep, now.startTime(), "another boot"))).isNull();
      RunState state = of(sleep, now.startTime(), boot);
      sleep.destroyForcibly().waitFor();
      assertThat(Running.find(state)).isNull();
    } finally {
      sleep.destroyForcibly();
    }
  }

  @Test
  void theHostsOwnRootMakesNobodyAMember() throws Exception {
    RunState state =
        new RunState(1, 1, RunState.currentBoot(), 1, 1, 0, "/", 0, "TERM", 1000, false);
    assertThat(Running.members(state)).isEmpty();
  }
}
