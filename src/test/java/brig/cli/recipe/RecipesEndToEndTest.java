package brig.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.launch.service.RunState;
import brig.linux.ProcessStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each recipe, as brig init writes it, with Debian's own program: built, started, asked by a real
 * client, audited, tried to be broken out of, stopped; then once more with what is mounted instead
 * of copied, which must give the same answers.
 */
@Tag("service")
class RecipesEndToEndTest {
  private Installation machine;
  private Process up;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
  }

  @AfterEach
  void endAll() throws Exception {
    if (up != null) {
      up.destroyForcibly().waitFor();
    }
    machine.close();
  }

  static List<Recipe> all() {
    return Stream.of(Services.all(), SmallServices.all(), MailServices.all(), HoleServices.all())
        .flatMap(List::stream)
        .toList();
  }

  static Stream<Recipe> recipes() {
    String only = System.getProperty("brig.recipe");
    return all().stream().filter(recipe -> only == null || recipe.jails().contains(only));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void aRecipeServesHoldsAndGivesTheSameAnswersCopiedOrMounted(Recipe recipe) throws Exception {
    recipe.prepare().run(machine);
    for (String jail : recipe.jails()) {
      Installation.Result written = machine.brig("init", jail, "--from", jail);
      assertThat(written.status()).as(written.output()).isZero();
      Path file = Path.of(machine.paths().jailfile(jail));
      Files.writeString(file, recipe.text(jail, Files.readString(file), machine.home()));
      if (recipe.alsoMounted()) {
        Installation.Result built = machine.brig("build", jail);
        assertThat(built.status()).as(built.output()).isZero();
      }
    }
    recipe.start().run(machine);

    List<String> copied = serve(recipe);
    for (String jail : recipe.jails()) {
      Installation.Result audited = machine.brig("audit", "--fail-on", "high", jail);
      assertThat(audited.status()).as(audited.output()).isZero();
      Installation.Result tried = machine.brig("breakout", jail);
      assertThat(tried.status()).as(tried.output()).isZero();
    }
    stop(recipe);
    if (!recipe.alsoMounted()) {
      return;
    }

    for (String jail : recipe.jails()) {
      Path file = Path.of(machine.paths().jailfile(jail));
      Files.writeString(file, "mode = \"bind\"\n" + Files.readString(file));
    }
    List<String> mounted = serve(recipe);
    stop(recipe);
    assertThat(mounted).isEqualTo(copied);
  }

  private List<String> serve(Recipe recipe) throws Exception {
    up = machine.startBrig("up", recipe.jails().getLast());
    Process started = up;
    // What never gets ready ends by itself; what is tried for ever does not.
    Thread.ofPlatform()
        .daemon(true)
        .start(
            () -> {
              try {
                if (!started.waitFor(Duration.ofMinutes(2))) {
                  started.destroyForcibly();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Installation.readUntil(up, "brig: " + recipe.jails().getLast() + ": ready");
    List<String> answers = new ArrayList<>(recipe.questions().ask(machine));
    assertThat(answers).isNotEmpty();
    return answers;
  }

  /** Nothing is left: no process, no state. */
  private void stop(Recipe recipe) throws Exception {
    List<Integer> pids = new ArrayList<>();
    for (String jail : recipe.jails()) {
      RunState state = RunState.read(machine.paths().state(jail));
      assertThat(state).as(jail).isNotNull();
      pids.add(state.pid());
    }
    Installation.signal(up, "INT");
    String told = new String(up.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(up.exitValue()).as(told).isZero();
    for (int pid : pids) {
      ProcessStatus left = ProcessStatus.of(pid);
      assertThat(left == null || left.ended()).as("process %d of %s", pid, recipe).isTrue();
    }
    for (String jail : recipe.jails()) {
      assertThat(told).contains("brig: " + jail + ": stopped\n");
      assertThat(RunState.read(machine.paths().state(jail))).isNull();
    }
  }
}
