package brig.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import brig.testing.Gcc;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The loader asks /proc where the program lies ($ORIGIN, ld.so(8)), and a jail has no /proc: a
 * JDK's java is such a program.
 */
@Tag("service")
class OriginTest {
  private Installation machine;
  private Path app;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    app = machine.home().resolve("app/bin/app");
    Path library =
        Gcc.library(machine.home().resolve("app/lib/libanswer.so"), "int answer() {return 42;}");
    Gcc.compile(
        app,
        "int answer(); int main() {return answer();}",
        library.toString(),
        "-Wl,-rpath,$ORIGIN/../lib");
  }

  @AfterEach
  void endAll() throws Exception {
    machine.close();
  }

  @Test
  void case12_aProgramFindsItsLibraryBesideItself() throws Exception {
    machine.jailfile("app", "command = [\"" + app + "\"]\nuser = \"nobody\"\n");
    Result ended = machine.brig("run", "app");
    assertThat(ended.output()).contains("exited with status 42 after ");
    assertThat(ended.status()).isEqualTo(42);
  }

  @Test
  void case12_alsoWhenItIsReachedByALinkOrRunsAScript() throws Exception {
    Path link = Files.createSymbolicLink(machine.home().resolve("link"), app);
    machine.jailfile("link", "command = [\"" + link + "\"]\nuser = \"nobody\"\n");
    assertThat(machine.brig("run", "link").status()).isEqualTo(42);
    Path script = Files.writeString(machine.home().resolve("script"), "#!" + link + "\n");
    assertThat(script.toFile().setExecutable(true, false)).isTrue();
    machine.jailfile("script", "command = [\"" + script + "\"]\nuser = \"nobody\"\n");
    assertThat(machine.brig("run", "script").status()).isEqualTo(42);
  }
}
