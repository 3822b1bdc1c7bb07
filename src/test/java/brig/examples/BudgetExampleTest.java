package brig.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The example of docs/hole.md, with a PostgreSQL, a web server in a jail and a listener outside.
 */
@Tag("service")
class BudgetExampleTest {
  @ParameterizedTest
  @ValueSource(strings = {"busybox", "apache", "serve"})
  void everyJobOfTheBudgetIsCalledFromInsideItsJail(String server) throws Exception {
    Process run =
        new ProcessBuilder(Path.of("examples/budget/try").toAbsolutePath().toString(), server)
            .redirectErrorStream(true)
            .start();
    run.getOutputStream().close();
    String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output)
        .contains("With an argument that is too long the report program crashes: status")
        .contains("2026-01-15 | Train to Montréal | -124.50")
        .contains("Account 4711, year 2026")
        .contains(
            server.equals("serve") ? "All that the jail holds: index.html" : " held, 0 escaped.")
        .endsWith("All answers were as they must be.\n");
    assertThat(run.exitValue()).isZero();
  }
}
