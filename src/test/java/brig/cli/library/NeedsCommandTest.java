package brig.cli.library;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Main;
import brig.cli.command.Context;
import brig.cli.host.LiveHost;
import brig.testing.Gcc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeedsCommandTest {
  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int brig(String... arguments) {
    out.reset();
    err.reset();
    Context context =
        Context.of(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            new LiveHost(),
            false,
            Main::run);
    return Main.run(arguments, context);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private void makeLibraries(String... options) throws IOException {
    Path script = Files.writeString(dir.resolve("map"), "V_1 { }; V_2 { } V_1;\n");
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = "-Wl,--version-script=" + script;
    Gcc.library(
        dir.resolve("lib/libdefines.so"),
        """
        int old(void) { return 1; }
        int new(void) { return 2; }
        __asm__(".symver old,thing@V_1");
        __asm__(".symver new,thing@@V_2");
        int something(void) { return 3; }
        int thing_else(void) { return 3; }
        """,
        all);
    Gcc.library(
        dir.resolve("lib/sub/libuses.so"),
        "int thing(void); int call(void) { return thing(); }",
        "-L" + dir.resolve("lib"),
        "-ldefines");
    Files.writeString(dir.resolve("lib/thing.txt"), "thing ".repeat(100));
  }

  @Test
  void definitionsComeWithTheirVersionsAndThenTheUses() throws IOException {
    makeLibraries();
    assertThat(brig("needs", "thing", "--in", dir.toString())).isZero();
    assertThat(out())
        .isEqualTo(
            "defined  thing@@V_2  "
                + dir
                + "/lib/libdefines.so\n"
                + "defined  thing@V_1  "
                + dir
                + "/lib/libdefines.so\n"
                + "used     thing@V_2  "
                + dir
                + "/lib/sub/libuses.so\n");
  }

  @Test
  void theOlderHashTableDoesAsWell() throws IOException {
    makeLibraries("-Wl,--hash-style=sysv");
    assertThat(brig("needs", "thing", "--in", dir.toString())).isZero();
    assertThat(out().lines()).hasSize(3);
  }

  @Test
  void a32BitLibraryIsReadToo() throws IOException {
    Gcc.library(dir.resolve("lib32.so"), "int thing32(void) { return 1; }", "-m32", "-nostdlib");
    assertThat(brig("needs", "thing32", "--in", dir.toString())).isZero();
    assertThat(out()).isEqualTo("defined  thing32  " + dir + "/lib32.so\n");
  }

  @Test
  void aVersionNarrowsTheAnswer() throws IOException {
    makeLibraries();
    assertThat(brig("needs", "thing@V_1", "--in", dir.toString())).isZero();
    assertThat(out()).isEqualTo("defined  thing@V_1  " + dir + "/lib/libdefines.so\n");
    assertThat(brig("needs", "thing@@V_1", "--in", dir.toString())).isEqualTo(1);
    assertThat(out()).isEmpty();
  }

  @Test
  void aSymbolThatIsOnlyUsedIsAFinding() throws IOException {
    makeLibraries();
    Files.delete(dir.resolve("lib/libdefines.so"));
    assertThat(brig("needs", "thing", "--in", dir.toString())).isEqualTo(1);
    assertThat(out()).startsWith("used     thing@V_2  ");
  }

  @Test
  void jsonTellsDefinedAndUsedApart() throws IOException {
    makeLibraries();
    assertThat(brig("needs", "thing@@V_2", "--json", "--in", dir.toString())).isZero();
    assertThat(out().replaceAll("\\s+", ""))
        .isEqualTo(
            "{\"symbol\":\"thing@@V_2\",\"defined\":[{\"file\":\""
                + dir
                + "/lib/libdefines.so\",\"symbol\":\"thing@@V_2\",\"version\":\"V_2\"}],"
                + "\"used\":[{\"file\":\""
                + dir
                + "/lib/sub/libuses.so\",\"symbol\":\"thing@V_2\",\"version\":\"V_2\"}]}");
  }

  @Test
  void theLoadersDirectoriesAreLookedAtByDefault() {
    assertThat(brig("needs", "gnu_get_libc_version")).isZero();
    assertThat(out())
        .contains("defined  gnu_get_libc_version@@GLIBC_2.2.5  /lib/x86_64-linux-gnu/libc.so.6\n");
  }

  @Test
  void damagedFilesAreNamedAndTheOthersSearched() throws IOException {
    makeLibraries();
    byte[] whole = Files.readAllBytes(dir.resolve("lib/libdefines.so"));
    Files.write(dir.resolve("cut.so"), Arrays.copyOf(whole, 600));
    assertThat(brig("needs", "thing", "--in", dir.toString())).isZero();
    assertThat(out().lines()).hasSize(3);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("brig: not read: " + dir + "/cut.so.\n");
  }

  @Test
  void wrongArgumentsAreSaid() {
    assertThat(brig("needs", "@V_1")).isEqualTo(100);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("'@V_1' is not a symbol");
    assertThat(brig("needs", "x", "--in", "/none")).isEqualTo(100);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("cannot look in /none: there is no such directory");
    assertThat(brig("needs")).isEqualTo(100);
    assertThat(List.of(err.toString(StandardCharsets.UTF_8).split("\n"))).hasSize(1);
  }
}
