package brig.hole.listener;

import static brig.hole.listener.ServedHole.await;
import static brig.hole.listener.ServedHole.begin;
import static brig.hole.listener.ServedHole.go;
import static brig.hole.listener.ServedHole.jobProcesses;
import static brig.hole.listener.ServedHole.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.hole.listener.ServedHole.Answer;
import brig.hole.listener.ServedHole.Client;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Those of the list that concern the listener's end, its configuration and its log. */
@Tag("root")
class HostileMomentsTest {
  private static final String HOLE =
      """
      callers = ["33"]
      user = "uucp"
      [jobs.sh]
      title = "A program that does what it is told"
      fields = [ { name = "x", type = "text", label = "x", max = 4000 } ]
      [[jobs.sh.steps]]
      role = "output"
      command = ["/bin/sh", "-c", "eval \\"$0\\"", "{x}"]
      limits = { time = "60s" }
      """;

  @TempDir Path directory;

  @Test
  void hostile26_aJobThatWouldRunAsRootOrAsNobodyKnownIsNotServed() {
    assertThatThrownBy(() -> new ServedHole(directory, HOLE.replace("uucp", "root")).close())
        .hasMessageContaining("root");
    assertThatThrownBy(
            () ->
                new ServedHole(
                        Files.createDirectory(directory.resolve("two")),
                        HOLE.replace("uucp", "no-such-user"))
                    .close())
        .hasMessageContaining("no-such-user");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void hostile29_killedInMidJobItsOrphansEndAndTheJobIsInterruptedAndNotRunAgain(boolean cgroups)
      throws Exception {
    List<String> before = cgroups ? List.of() : ServedHole.WITHOUT_CGROUPS;
    try (ServedHole hole = new ServedHole(before, directory, HOLE)) {
      if (!cgroups) {
        await("the word", () -> hole.said().contains("programs run in namespaces instead"));
      }
      Path marks = Files.createDirectory(directory.resolve("marks"));
      Files.setAttribute(marks, "unix:uid", ServedHole.JOBS);
      Path mark = marks.toRealPath().resolve("runs");
      try (Client client = hole.client()) {
        client.send(
            join(begin("sh", "x=echo run >> " + mark + "; setsid sleep 1000 & sleep 1000"), go()));
        await("a job", () -> Files.exists(mark) && jobProcesses().size() >= 3);
        hole.killListener();
        if (!cgroups) {
          await("the end of orphans at once", () -> jobProcesses().isEmpty());
        }
        assertThat(client.answer().end()).isEmpty(); // without X: it has failed
      }
      hole.start();
      await("the end of orphans", () -> jobProcesses().isEmpty());
      assertThat(hole.log()).contains("\"job\":\"sh\",\"end\":\"interrupted\"");
      assertThat(hole.call("sh", "x=echo again").output()).isEqualTo("again\n");
      assertThat(mark).hasContent("run");
    }
  }

  @Test
  void hostile30_aWrongConfigurationAtReloadLeavesTheOldOneAndWhatRuns() throws Exception {
    try (ServedHole hole = new ServedHole(directory, HOLE)) {
      try (Client client = hole.client()) {
        client.send(join(begin("sh", "x=sleep 3; echo through"), go()));
        await("a job", () -> !jobProcesses().isEmpty());
        Files.writeString(hole.file, HOLE + "\nno_such_key = 1\n[jobs.sh.\n");
        hole.signal("HUP");
        await("the word", () -> hole.said().contains("the configuration stays as it was"));
        assertThat(hole.said()).contains("t.hole.toml:");
        assertThat(hole.call("sh", "x=echo old").output()).isEqualTo("old\n");
        Files.writeString(hole.file, HOLE.replace("jobs.sh", "jobs.new"));
        hole.signal("HUP");
        await("the new one", () -> hole.said().contains("the configuration was read anew"));
        assertThat(hole.call("new", "x=echo new").output()).isEqualTo("new\n");
        assertThat(hole.call("sh", "x=echo old").end()).isEqualTo("100 0 refused");
        Answer answer = client.answer();
        assertThat(answer.output()).isEqualTo("through\n");
        assertThat(answer.end()).isEqualTo("0 0 done");
      }
    }
  }

  @Test
  void hostile30_whatMustBeLoggedDoesNotRunWhenTheDiskIsFull() throws Exception {
    String required = "log_required = true\n" + HOLE;
    try (ServedHole hole = new ServedHole(directory, required, "--log", "/dev/full")) {
      Answer answer = hole.call("sh", "x=echo ran");
      assertThat(answer.end()).isEqualTo("111 0 unavailable");
      assertThat(answer.output()).isEmpty();
      Files.writeString(hole.file, HOLE);
      hole.signal("HUP");
      await("the new one", () -> hole.said().contains("the configuration was read anew"));
      assertThat(hole.call("sh", "x=echo ran").output()).isEqualTo("ran\n");
    }
  }

  @Test
  void anOrderlyEndLetsWhatRunsFinishAndTakesNothingNew() throws Exception {
    try (ServedHole hole = new ServedHole(directory, HOLE, "--grace", "20")) {
      try (Client client = hole.client()) {
        client.send(join(begin("sh", "x=sleep 2; echo through"), go()));
        await("a job", () -> !jobProcesses().isEmpty());
        hole.signal("TERM");
        await("a closed door", () -> !Files.exists(hole.doors.resolve("socket")));
        assertThat(client.answer().output()).isEqualTo("through\n");
      }
      assertThat(hole.listener().waitFor()).isZero();
    }
  }
}
