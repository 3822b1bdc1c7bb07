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
import brig.launch.child.Children;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Those of the list that concern the listener's end, its configuration and its log. */
@Tag("root")
class HostileMomentsTest {
  private static final String HOLE =
      """
      callers = ["33"]
      user = "uucp"
      [jobs.sh]
      title = "A program that does what it is told"
      fifo = true
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
  @EnumSource(value = Children.Way.class, names = "FIRST", mode = EnumSource.Mode.EXCLUDE)
  void hostile29_killedInMidJobItsOrphansEndAndTheJobIsInterruptedAndNotRunAgain(Children.Way way)
      throws Exception {
    boolean cgroups = way == Children.Way.CGROUPS;
    List<String> before =
        switch (way) {
          case CGROUPS -> List.of();
          case NAMESPACES, FIRST -> ServedHole.WITHOUT_CGROUPS;
          case WALKING -> ServedHole.WITHOUT_NAMESPACES;
        };
    try (ServedHole hole = new ServedHole(before, directory, HOLE)) {
      String word =
          switch (way) {
            case CGROUPS -> "is open in";
            case NAMESPACES, FIRST -> "programs run in namespaces instead";
            case WALKING -> "trees of processes are walked";
          };
      await("the word", () -> hole.said().contains(word));
      Path marks = Files.createDirectory(directory.resolve("marks"));
      Files.setAttribute(marks, "unix:uid", ServedHole.JOBS);
      Path mark = marks.toRealPath().resolve("runs");
      try (Client client = hole.client()) {
        client.send(
            join(
                begin(
                    "sh",
                    "x=echo run >> "
                        + mark
                        + "; setsid sleep 1000 & (sleep 1000 &) ; sleep 1000 & sleep 1000"),
                go()));
        await("a job", () -> Files.exists(mark) && jobProcesses().size() >= 4);
        hole.killListener();
        if (way == Children.Way.NAMESPACES) {
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

  /** One that stands at its pipes as version 1 had it, and one with a deadline of its own. */
  @Test
  void aClientOfThePipesWhoseListenerIsKilledDoesNotWaitForEver() throws Exception {
    try (ServedHole hole = new ServedHole(directory, HOLE).withShellClient()) {
      String plain =
          "cd /run/hole/replies; mkfifo p p.in p.end; echo 'sh p' > ../fifo;"
              + " printf 'x=echo ran\\n%%%%\\n' > p.in; cat p; cat p.end; rm p*";
      String patient =
          ". /hole.sh; hole_begin; hole_value x 'echo ran'; hole_call sh; echo $? $hole_reason";
      String impatient = "HOLE_PATIENCE=2; " + patient;
      assertThat(hole.inJail(plain)).isEqualTo("ran\n0 0 done\n");
      assertThat(hole.inJail(patient)).isEqualTo("ran\n0 done\n");
      hole.signal("STOP"); // so that it is killed before it has opened anything of theirs
      try (Client first = hole.shell(plain);
          Client second = hole.shell(patient);
          Client third = hole.shell(impatient)) {
        await("all at their pipes", () -> pipes(hole) == 9);
        hole.killListener();
        assertThat(text(third)).isEqualTo("111 unavailable\n");
        hole.start();
        assertThat(text(first)).isEqualTo("111 0 interrupted\n");
        assertThat(text(second)).isEqualTo("111 interrupted\n");
      }
      assertThat(pipes(hole)).isZero();
      assertThat(hole.inJail(patient)).isEqualTo("ran\n0 done\n");
    }
  }

  private static long pipes(ServedHole hole) throws Exception {
    try (var names = Files.list(hole.doors.resolve("replies"))) {
      return names.count();
    }
  }

  private static String text(Client client) throws Exception {
    return new String(client.end().read(), StandardCharsets.UTF_8);
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
