package brig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a command line that is not whole. */
class UsageTest {
  @TempDir Path home;

  @Test
  void aCommandWithoutItsArgumentSaysWhatItWants() throws Exception {
    Cli cli = new Cli(home);
    assertThat(cli.brig("build")).isEqualTo(100);
    assertThat(cli.err()).isEqualTo("brig: brig build wants NAME. See: brig build --help.\n");
    assertThat(cli.brig("libs")).isEqualTo(100);
    assertThat(cli.err()).isEqualTo("brig: brig libs wants FILE. See: brig libs --help.\n");
  }

  @Test
  void aFamilyOfCommandsSaysWhichItHas() throws Exception {
    Cli cli = new Cli(home);
    assertThat(cli.brig("hole")).isEqualTo(100);
    assertThat(cli.err()).startsWith("brig: brig hole wants one of check");
    assertThat(cli.brig("hole", "chekc")).isEqualTo(100);
    assertThat(cli.err()).startsWith("brig: brig hole wants one of check");
    assertThat(cli.brig("help", "hole", "check")).isZero();
    assertThat(cli.out()).contains("Usage: brig hole check");
    assertThat(cli.brig("hole", "check", "--help")).isZero();
    assertThat(cli.out()).contains("Usage: brig hole check");
  }
}
