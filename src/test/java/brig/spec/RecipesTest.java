package brig.spec;

import static org.assertj.core.api.Assertions.assertThat;

import brig.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RecipesTest {
  private static final Path RECIPES = Path.of("recipes");

  private static JailSpec read(Path recipe) throws Exception {
    String name = recipe.getFileName().toString().replace(".toml", "");
    return JailfileReader.read(name, recipe.toString(), Files.readAllBytes(recipe));
  }

  @TestFactory
  Stream<DynamicTest> everyRecipeIsAJailfileWithoutMistakesAndHints() throws IOException {
    List<Path> recipes;
    try (Stream<Path> all = Files.list(RECIPES)) {
      recipes = all.filter(path -> path.toString().endsWith(".toml")).sorted().toList();
    }
    assertThat(recipes).hasSizeGreaterThanOrEqualTo(13);
    return recipes.stream()
        .map(
            recipe ->
                DynamicTest.dynamicTest(
                    recipe.toString(),
                    () -> {
                      JailSpec spec = read(recipe);
                      assertThat(spec.description()).isNotEmpty().doesNotContain("\n");
                      assertThat(Hints.of(spec)).extracting(Problem::text).isEmpty();
                    }));
  }

  @TestFactory
  Stream<DynamicTest> everyRecipeHasAPageThatTellsWhatToChange() throws IOException {
    try (Stream<Path> all = Files.walk(RECIPES)) {
      return all
          .filter(Files::isRegularFile)
          .map(path -> path.getFileName().toString().replace(".toml", ""))
          .sorted()
          .toList()
          .stream()
          .map(
              name ->
                  DynamicTest.dynamicTest(
                      name,
                      () ->
                          assertThat(Files.readString(Path.of("docs/recipes/" + name + ".md")))
                              .startsWith("# Recipe " + name + "\n")
                              .contains("brig init " + name + " --from " + name)
                              .contains("## What it jails\n", "## The jailfile, line by line\n")
                              .contains("## How to prove it\n", "## What to change\n")));
    }
  }

  @Test
  void nginxRunsWithNoCapabilityFromItsFirstInstruction() throws Exception {
    JailSpec spec = read(RECIPES.resolve("nginx.toml"));
    assertThat(spec.identity().capabilities()).isEmpty();
    assertThat(spec.identity().startAsRoot()).isFalse();
    assertThat(spec.network().sockets()).hasSize(2);
    assertThat(spec.network().listen()).isEmpty();
    assertThat(spec.environment()).containsEntry("NGINX", "3;4;");
  }

  @Test
  void apacheStartsAsRootWithWhatItNeedsAndNoMore() throws Exception {
    JailSpec spec = read(RECIPES.resolve("apache.toml"));
    assertThat(spec.identity().startAsRoot()).isTrue();
    assertThat(spec.identity().capabilities())
        .extracting(Located::value)
        .containsExactly(
            "CAP_NET_BIND_SERVICE", "CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_CHOWN");
  }
}
