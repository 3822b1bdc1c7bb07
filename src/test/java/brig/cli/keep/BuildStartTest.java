package brig.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a cold build has the JVM make at run time, each time: docs/decisions/0002. */
@Tag("service")
class BuildStartTest {
  private static final String LEAVING_OUT =
      """
      command = ["/bin/true"]
      user = "nobody"
      [files]
      include = ["/usr/share/base-files"]
      exclude = ["/usr/share/base-files/*"]
      """;

  private Installation machine;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
  }

  @AfterEach
  void endAll() throws Exception {
    machine.close();
  }

  @Test
  void aBuildLinksNoSwitchOverTypesAndNoRecordsOwnEquals() throws Exception {
    for (String recipe : List.of("nginx", "apache", "leaving-out")) {
      if (recipe.equals("leaving-out")) {
        machine.jailfile(recipe, LEAVING_OUT);
      } else {
        machine.recipe(recipe);
      }
      Path log = machine.home().resolve("classes");
      Result built =
          machine.run(
              List.of(
                  System.getProperty("java.home") + "/bin/java",
                  "--enable-native-access=ALL-UNNAMED",
                  "-Xlog:class+load:file=" + log,
                  "-cp",
                  System.getProperty("java.class.path"),
                  "brig.cli.Main",
                  "build",
                  recipe));
      assertThat(built.output()).contains(recipe + ": generation 1: ");
      try (Stream<String> loaded = Files.lines(log)) {
        assertThat(loaded)
            .as(recipe)
            .anyMatch(line -> line.contains("brig.tree.Changes "))
            .noneMatch(line -> line.contains("$$TypeSwitch") && line.contains("brig."))
            .noneMatch(line -> line.contains("java.lang.runtime.ObjectMethods "));
      }
    }
  }
}
