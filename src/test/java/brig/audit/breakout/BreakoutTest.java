package brig.audit.breakout;

import static org.assertj.core.api.Assertions.assertThat;

import brig.launch.LaunchOrder;
import brig.spec.JailSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real puppets in real jails, and in plain chroots and weakened jails, which are seen to leak. */
@Tag("root")
class BreakoutTest {
  private static final List<String> OF_APACHE =
      List.of("CAP_SETUID", "CAP_SETGID", "CAP_NET_BIND_SERVICE", "CAP_KILL", "CAP_CHOWN");

  @TempDir Path directory;

  private static List<String> all() {
    return Attempts.all().stream().map(Attempt::id).toList();
  }

  private BreakoutReport report(Target target) throws Exception {
    List<String> told = new ArrayList<>();
    BreakoutReport report = Breakout.run(target, null, tried -> told.add(tried.id()));
    assertThat(told).isEqualTo(all());
    assertThat(leftovers()).isEmpty();
    return report;
  }

  private List<String> leftovers() throws IOException {
    return Cell.leftovers(directory);
  }

  private static void assertAllHeld(BreakoutReport report) {
    assertThat(Cell.ids(report, Result.Held.class))
        .as(Cell.told(report))
        .containsExactlyElementsOf(all());
    assertThat(report.escapes()).isZero();
  }

  @Test
  void thereIsAnAttemptForEachOfTheThirtyTwoWays() {
    List<String> ids = new ArrayList<>();
    for (int i = 1; i <= 32; i++) {
      ids.add("B" + (i < 10 ? "0" : "") + i);
    }
    assertThat(all()).isEqualTo(ids);
  }

  @Test
  void everyWayOutOfAJailIsHeldForItsService() throws Exception {
    Cell cell = new Cell(directory);
    BreakoutReport report = report(cell.jail(cell.order(false, List.of(), true), false));
    assertAllHeld(report);
    assertThat(report.facts().uid()).isEqualTo(Cell.USER);
    assertThat(report.facts().status().seccomp()).isEqualTo(2);
    assertThat(report.facts().status().noNewPrivileges()).isTrue();
    assertThat(report.facts().status().bounding()).isZero();
    assertThat(report.facts().root()).isEqualTo(cell.root.toString());
    assertThat(report.facts().ownNamespaces()).containsExactly("ipc", "mnt", "pid", "uts");
    assertThat(answers(report))
        .contains("B01 chroot EPERM", "B05 chdir ENOENT", "B06 openat EACCES", "B09 openat EACCES")
        .contains("B14 kill ESRCH", "B16 connect EPERM", "B17 connect EACCES", "B19 shmat EINVAL")
        .contains("B26 start ELOOP", "B28 openat EBADF", "B30 start uid 33");
  }

  private static List<String> answers(BreakoutReport report) {
    List<String> answers = new ArrayList<>();
    for (Tried tried : report.attempts()) {
      if (tried.result() instanceof Result.Held(String call, String answer)) {
        answers.add(tried.id() + " " + call + " " + answer);
        assertThat(tried.stoppedBy()).as(tried.id()).isNotEmpty();
      }
    }
    return answers;
  }

  @Test
  void everyWayOutOfAJailIsHeldForRootWithoutCapabilities() throws Exception {
    Cell cell = new Cell(directory);
    BreakoutReport report = report(cell.jail(cell.order(false, List.of(), true), true));
    assertAllHeld(report);
    assertThat(report.facts().uid()).isZero();
    assertThat(report.facts().status().effective()).isZero();
  }

  @Test
  void everyWayOutIsHeldInTheHostsPidNamespaceToo() throws Exception {
    Cell cell = new Cell(directory);
    assertAllHeld(report(cell.jail(cell.order(false, List.of(), false), false)));
    BreakoutReport asRoot = report(cell.jail(cell.order(false, List.of(), false), true));
    assertAllHeld(asRoot);
    assertThat(answers(asRoot)).contains("B14 kill EPERM", "B15 prlimit64 EPERM");
  }

  @Test
  void everyWayOutIsHeldForAServiceThatStartsAsRootBeforeAndAfterItDrops() throws Exception {
    Cell cell = new Cell(directory);
    LaunchOrder order = cell.order(true, OF_APACHE, true);
    BreakoutReport before = report(cell.jail(order, true));
    assertAllHeld(before);
    assertThat(before.facts().uid()).isZero();
    assertThat(Long.bitCount(before.facts().status().effective())).isEqualTo(OF_APACHE.size());
    BreakoutReport after = report(cell.jail(order, false));
    assertAllHeld(after);
    assertThat(after.facts().status().uids()).containsOnly(Cell.USER);
    assertThat(after.facts().status().effective()).isZero();
  }

  @Test
  void aPlainChrootAsRootLeaksWhereTheTableSaysSo() throws Exception {
    Cell cell = new Cell(directory);
    BreakoutReport report = report(cell.chroot(0));
    assertThat(Cell.ids(report, Result.Escaped.class))
        .as(Cell.told(report))
        .contains("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B09", "B10", "B11")
        .contains("B12", "B13", "B14", "B15", "B16", "B17", "B19", "B20", "B21", "B22", "B25")
        .contains("B26", "B27", "B28", "B30");
    assertThat(Cell.ids(report, Result.Held.class)).contains("B31");
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain("brig-breakout");
    awaitGone("/proc/self/cgroup", "name=brig");
    awaitGone("/proc/keys", "brig-breakout");
  }

  /** The kernel takes an unlinked key, and an unmounted hierarchy, off its list a moment later. */
  private static void awaitGone(String list, String entry) throws Exception {
    Instant deadline = Instant.now().plusSeconds(20);
    while (Files.readString(Path.of(list)).contains(entry)) {
      assertThat(Instant.now()).as("%s of Brig's is left in %s", entry, list).isBefore(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void aPlainChrootAsAUserLeaksWhereTheTableSaysSo() throws Exception {
    Cell cell = new Cell(directory);
    BreakoutReport report = report(cell.chroot(Cell.USER));
    List<String> expected =
        new ArrayList<>(
            List.of("B05", "B06", "B09", "B14", "B15", "B16", "B17", "B19", "B20", "B26"));
    expected.addAll(List.of("B27", "B28"));
    if (!Files.exists(Path.of("/proc/sys/kernel/yama/ptrace_scope"))) {
      expected.addAll(List.of("B12", "B13"));
    }
    assertThat(Cell.ids(report, Result.Escaped.class)).as(Cell.told(report)).containsAll(expected);
    assertThat(Cell.ids(report, Result.Held.class))
        .as(Cell.told(report))
        .contains("B01", "B02", "B03", "B04", "B07", "B08", "B10", "B11", "B18", "B21", "B22")
        .contains("B23", "B24", "B25", "B31", "B32");
  }

  @Test
  void whatAJailfileGivesUpIsSeenToLeak() throws Exception {
    Cell cell = new Cell(directory);
    LaunchOrder order =
        Cell.weakened(
            cell.order(false, List.of(), false),
            new JailSpec.Namespaces(false, false, false),
            new JailSpec.SeccompPolicy(false, List.of(), List.of()));
    BreakoutReport report = report(cell.jail(order, false));
    assertThat(Cell.ids(report, Result.Escaped.class))
        .as(Cell.told(report))
        .contains("B06", "B14", "B15", "B16", "B17", "B19", "B20");
    assertThat(Cell.ids(report, Result.Held.class))
        .as("the mounts, the capabilities and the launch hold by themselves")
        .contains("B01", "B02", "B03", "B04", "B05", "B07", "B08", "B09", "B10", "B21", "B22")
        .contains("B26", "B27", "B28", "B30");
  }

  @Test
  void theDetachedRootHoldsByItselfForRootThatMayChroot() throws Exception {
    Cell cell = new Cell(directory);
    LaunchOrder order =
        Cell.weakened(
            cell.order(true, List.of("CAP_SYS_CHROOT", "CAP_SYS_ADMIN", "CAP_MKNOD"), true),
            new JailSpec.Namespaces(true, true, true),
            new JailSpec.SeccompPolicy(false, List.of(), List.of()));
    BreakoutReport report = report(cell.jail(order, true));
    assertThat(Cell.ids(report, Result.Held.class))
        .as(Cell.told(report))
        .contains("B01", "B02", "B03", "B04", "B05", "B07", "B21");
    assertThat(answers(report)).contains("B01 openat ENOENT", "B21 openat ENOENT");
  }
}
