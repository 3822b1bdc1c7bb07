package brig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.command.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine.Model.OptionSpec;

/** docs/COMMAND.md keeps in step with what the command itself says that it takes. */
class PagesTest {
  @TestFactory
  Stream<DynamicTest> everyCommandHasAPageThatNamesAllOfItsOptions() {
    return Commands.all().entrySet().stream()
        .map(command -> DynamicTest.dynamicTest(command.getKey(), () -> check(command)));
  }

  private static void check(Map.Entry<String, Supplier<Command>> command) throws IOException {
    String name = command.getKey();
    Path page = Path.of("docs/" + name.replace(' ', '-') + ".md");
    assertThat(page).exists();
    String text = Files.readString(page);
    assertThat(text).startsWith("# brig " + name + "\n").contains("brig " + name);
    for (OptionSpec option : Parsing.specOf(name, command.getValue().get()).options()) {
      if (option.usageHelp() || option.hidden()) {
        continue;
      }
      assertThat(Stream.of(option.names()))
          .as("%s of brig %s", option.longestName(), name)
          .anyMatch(text::contains);
    }
  }
}
