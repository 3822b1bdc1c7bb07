package brig.audit.breakout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real puppets in real jails, and in plain chroots, which must be seen to leak. */
@Tag("root")
class BreakoutTest {
  @TempDir Path directory;

  private static void assertAllHeld(BreakoutReport report) {
    assertThat(Cell.ids(report, Result.Held.class))
        .as(Cell.told(report))
        .containsExactlyElementsOf(Attempts.all().stream().map(Attempt::id).toList());
  }

  @Test
  void everyWayOutOfAJailIsHeldForItsService() throws Exception {
    Cell cell = new Cell(directory);
    BreakoutReport report =
        Breakout.run(cell.jail(cell.order(false, List.of(), true), false), tried -> {});
    assertAllHeld(report);
    assertThat(report.facts().uid()).isEqualTo(Cell.USER);
    assertThat(report.facts().status().seccomp()).isEqualTo(2);
    assertThat(report.facts().status().noNewPrivileges()).isTrue();
    assertThat(report.facts().status().bounding()).isZero();
    assertThat(report.facts().root()).isEqualTo(cell.root.toString());
    assertThat(cell.leftovers()).isEmpty();
  }

  @Test
  void everyWayOutOfAJailIsHeldForRootWithoutCapabilities() throws Exception {
    Cell cell = new Cell(directory);
    BreakoutReport report =
        Breakout.run(cell.jail(cell.order(false, List.of(), true), true), tried -> {});
    assertAllHeld(report);
    assertThat(report.facts().uid()).isZero();
    assertThat(report.facts().status().effective()).isZero();
  }

  @Test
  void aPlainChrootAsRootLeaks() throws Exception {
    Cell cell = new Cell(directory);
    BreakoutReport report = Breakout.run(cell.chroot(0), tried -> {});
    assertThat(Cell.ids(report, Result.Escaped.class))
        .as(Cell.told(report))
        .contains("B01", "B02", "B03", "B04", "B05", "B21", "B22");
    assertThat(report.escapes()).isPositive();
    assertThat(cell.leftovers()).isEmpty();
  }
}
