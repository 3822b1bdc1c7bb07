package brig.cli.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A script plays rpm. */
class RpmProgramTest {
  @TempDir Path dir;
  private Path programs;
  private Path run;

  @BeforeEach
  void makePlaces() throws IOException {
    programs = Files.createDirectories(dir.resolve("bin"));
    run = dir.resolve("run/brig");
  }

  private String ask(String script, List<String> arguments) throws IOException {
    Path rpm = Files.writeString(programs.resolve("rpm"), "#!/bin/sh\n" + script);
    assertThat(rpm.toFile().setExecutable(true)).isTrue();
    return new RpmProgram(run.toString(), rpm.toString()).ask(arguments);
  }

  @Test
  void theAnswerIsWhatItPrintsWhateverItsStatus() throws IOException {
    assertThat(ask("echo answer; echo complaint >&2; exit 1", List.of())).isEqualTo("answer\n");
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void case25_pathsReachItAsTheyAre() throws IOException {
    List<String> paths = List.of("/a;b $(touch x) `y` \"'\n", "--", "-qf", "/é");
    assertThat(ask("for a; do printf '<%s>' \"$a\"; done", paths))
        .isEqualTo("</a;b $(touch x) `y` \"'\n><--><-qf></é>");
  }

  @Test
  void itsEnvironmentIsMadeOfNothing() throws IOException {
    assertThat(ask("env | cut -d = -f 1 | grep -v '^_$' | sort | tr '\\n' ' '", List.of()))
        .isEqualTo("LC_ALL PATH PWD ");
  }
}
