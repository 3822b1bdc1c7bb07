package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.linux.Fd;
import brig.plan.Entry;
import brig.report.BrigException;
import brig.report.ExitCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class RollbackTest {
  @TempDir Path home;
  private Fixture jail;

  @BeforeEach
  void buildThree() throws BrigException {
    jail = new Fixture(home);
    for (String text : new String[] {"one", "two", "three"}) {
      byte[] content = text.getBytes(StandardCharsets.UTF_8);
      jail.add(new Entry.Generated("/etc/version", content, 0644, 0, 0, Fixture.WHY));
      jail.build();
    }
  }

  private Rollback back(int wanted) throws BrigException {
    return Rollback.to(jail.paths, "www", wanted, Progress.NONE);
  }

  private String version() throws Exception {
    return new String(Fixture.read(jail.in("/etc/version")), StandardCharsets.UTF_8);
  }

  @Test
  void theOneBeforeBecomesCurrentAndThenTheOneBeforeThat() throws Exception {
    assertThat(back(0)).isEqualTo(new Rollback(3, 2));
    assertThat(version()).isEqualTo("two");
    assertThat(back(0)).isEqualTo(new Rollback(2, 1));
    assertThat(version()).isEqualTo("one");
  }

  @Test
  void anyGenerationThatIsThereCanBeNamed() throws Exception {
    assertThat(back(1)).isEqualTo(new Rollback(3, 1));
    assertThat(version()).isEqualTo("one");
    assertThat(back(3)).isEqualTo(new Rollback(1, 3));
    assertThat(version()).isEqualTo("three");
    assertThat(back(3)).isEqualTo(new Rollback(3, 3));
  }

  @Test
  void oneThatIsNotThereIsRefusedAndThoseThatAreAreListed() throws Exception {
    assertThatThrownBy(() -> back(7))
        .isInstanceOfSatisfying(
            BrigException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(e.problems().getFirst().text())
                  .isEqualTo(
                      "cannot roll back www to generation 7: there is no generation 7."
                          + " There are: 1, 2, 3 (current).");
            });
    assertThat(version()).isEqualTo("three");
  }

  @Test
  void belowTheFirstThereIsNone() throws Exception {
    back(1);
    assertThatThrownBy(() -> back(0))
        .hasMessage(
            "cannot roll back www: there is no generation below 1. There are: 1 (current), 2, 3.");
    assertThat(version()).isEqualTo("one");
  }

  @Test
  void aJailThatWasNeverBuiltIsNotMadeByIt() {
    assertThatThrownBy(() -> Rollback.to(jail.paths, "other", 0, Progress.NONE))
        .hasMessage("cannot roll back other: it was never built. brig build other does.");
    assertThat(Path.of(jail.paths.jail("other"))).doesNotExist();
  }

  @Test
  void aGenerationWithoutATreeIsNotOneToGoBackTo() throws Exception {
    Fixture.run("rm", "-rf", jail.paths.generation("www", 2) + "/root");
    assertThatThrownBy(() -> back(2)).hasMessageContaining("there is no generation 2");
    assertThat(version()).isEqualTo("three");
  }

  @Test
  void theNextBuildGetsANumberThatWasNeverGiven() throws Exception {
    back(1);
    assertThat(jail.build().generation()).isEqualTo(4);
    assertThat(Fd.readLink(jail.paths.current("www"))).isEqualTo("generations/4");
  }
}
