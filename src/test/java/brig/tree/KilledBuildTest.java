package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL at any moment leaves a whole generation current. */
@Tag("root")
class KilledBuildTest {
  private static final int KILLS = 14;

  @TempDir Path home;
  @TempDir Path source;

  @Test
  void killedAtAnyMomentTheCurrentGenerationIsWhole() throws Exception {
    for (int d = 0; d < 12; d++) {
      Path directory = Files.createDirectory(source.resolve("d" + d));
      for (int f = 0; f < 40; f++) {
        Files.writeString(directory.resolve("f" + f), "content\n".repeat(f * 40));
        Files.createSymbolicLink(directory.resolve("l" + f), Path.of("f" + f));
      }
    }
    Fixture jail = new Fixture(home).addTree(source.toString(), "/srv");
    jail.build();
    List<String> whole = Fixture.listing(jail.paths.current("www") + "/root/");
    Random random = new Random(7);
    int interrupted = 0;
    for (int i = 0; i < KILLS; i++) {
      Process child =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  BuildUntilKilled.class.getName(),
                  home.toString(),
                  source.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
        assertThat(out.readLine()).isEqualTo("built");
        Thread.sleep(random.nextInt(120));
        child.destroyForcibly();
        assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
      }
      interrupted += isHalfMade(jail) ? 1 : 0;
      assertThat(Fixture.listing(jail.paths.current("www") + "/root/")).isEqualTo(whole);
    }
    assertThat(interrupted).as("kills that hit an unfinished generation").isPositive();
    jail.build();
    assertThat(isHalfMade(jail)).isFalse();
    Fixture.run("diff", "-r", "--no-dereference", source.toString(), jail.in("/srv"));
  }

  private static boolean isHalfMade(Fixture jail) throws Exception {
    try (var names = Files.list(Path.of(jail.paths.jail("www"), "generations"))) {
      return names.anyMatch(name -> name.toString().endsWith(".tmp"));
    }
  }
}
