package brig.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Cli;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {
  @TempDir Path home;
  private Cli cli;

  @BeforeEach
  void open() throws IOException {
    cli = new Cli(home);
  }

  @Test
  void aMessageIsAnsweredByTheLinesThatCureIt() {
    assertThat(cli.brig("explain", "curl:", "(6)", "Could not resolve host: example.org")).isZero();
    assertThat(cli.out()).startsWith("# Host names in a jail\n").contains("dns = true");
    assertThat(cli.brig("explain", "time-zones")).isZero();
    assertThat(cli.out()).startsWith("# Time zones in a jail\n");
  }

  @Test
  void whatNoPageTellsIsSaid() {
    assertThat(cli.brig("explain", "Segmentation fault")).isEqualTo(1);
    assertThat(cli.err()).contains("no page tells of that message");
    assertThat(cli.brig("explain")).isEqualTo(100);
    assertThat(cli.brig("explain", "--list")).isZero();
    assertThat(cli.out()).contains("time-zones     Time zones in a jail\n");
  }
}
