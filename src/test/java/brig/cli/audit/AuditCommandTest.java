package brig.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import brig.audit.About;
import brig.audit.rules.Rules;
import brig.cli.Cli;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest {
  @TempDir Path directory;
  private Cli cli;
  private Path root;

  @BeforeEach
  void makeJail() throws IOException {
    cli = new Cli(directory.resolve("home"));
    root = Files.createDirectories(directory.resolve("jail/srv")).getParent();
    Path page = Files.createFile(root.resolve("srv/a \"b\"\\c"));
    Files.setPosixFilePermissions(page, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  /** Audits by the one rule whose fault is there: where the test's directory is does not matter. */
  private int audit(String... more) {
    List<String> arguments = new ArrayList<>(List.of("audit", "--only", "world-writable"));
    arguments.addAll(List.of(more));
    arguments.add(root.toString());
    return cli.brig(arguments.toArray(String[]::new));
  }

  @Test
  void textExplainsARuleOnceAndEndsWithTheSum() {
    assertThat(audit()).isEqualTo(1);
    assertThat(cli.out())
        .contains(
            "medium  world-writable: a file or directory that everybody may write to\n",
            "    /srv/a \"b\"\\c can be written to by everybody, mode 0666\n",
            root + ": 1 finding (1 medium)\n");
  }

  @Test
  void theExitStatusGoesByFailOn() {
    assertThat(audit("--fail-on", "high")).isZero();
    assertThat(audit("--fail-on", "low")).isEqualTo(1);
    assertThat(audit("--fail-on", "worse")).isEqualTo(100);
    assertThat(cli.err())
        .contains("there is no severity 'worse'. --fail-on takes low, medium or high.");
  }

  @Test
  void rulesCanBeChosenAndWrongOnesAreToldAllAtOnce() {
    assertThat(cli.brig("audit", "--skip", "world-writable", "--only", "world-writable,shell", "/"))
        .isEqualTo(100);
    assertThat(cli.brig("audit", "--only", "shell,x", "--skip", "y", root.toString()))
        .isEqualTo(100);
    assertThat(cli.err()).contains("there is no rule 'x'", "there is no rule 'y'");
  }

  @Test
  void wrongArgumentsAreRefusedWithAWord() throws IOException {
    assertThat(cli.brig("audit")).isEqualTo(100);
    assertThat(cli.err()).contains("what is to be audited is missing. Name a jail or a directory");
    assertThat(cli.brig("audit", "nosuchjail")).isEqualTo(100);
    assertThat(cli.err()).contains("there is no jail nosuchjail", "./nosuchjail");
    assertThat(cli.brig("audit", "--as", "no-such-user", root.toString())).isEqualTo(100);
    assertThat(cli.err()).contains("the host has no user no-such-user");
    assertThat(cli.brig("audit", "--writable", "srv", root.toString())).isEqualTo(100);
    assertThat(cli.err()).contains("--writable srv is not a path inside the jail");
    assertThat(cli.brig("audit", "/")).isEqualTo(100);
    cli.jailfile("web", "command = [\"/bin/true\"]\nuser = \"nobody\"\n");
    assertThat(cli.brig("audit", "web")).isEqualTo(100);
    assertThat(cli.err()).contains("cannot audit web: it is not built. brig build web builds it.");
    assertThat(cli.brig("audit", "--as", "nobody", "web")).isEqualTo(100);
    assertThat(cli.err()).contains("--as and --writable are for directories, and web is none");
  }

  @Test
  void jsonHasTheKeysThatAreDocumented() throws IOException {
    assertThat(audit("--json")).isEqualTo(1);
    Map<String, Object> json = object(cli.out());
    assertThat(json).containsOnlyKeys("findings", "accepted", "jails");
    Map<String, Object> finding = objects(json.get("findings")).getFirst();
    assertThat(finding)
        .containsOnlyKeys("jail", "rule", "severity", "path", "message", "remedy")
        .containsEntry("rule", "world-writable")
        .containsEntry("severity", "medium")
        .containsEntry("path", "/srv/a \"b\"\\c");
    assertThat(objects(json.get("jails")).getFirst())
        .containsOnlyKeys(
            "name",
            "root",
            "uid",
            "files",
            "links",
            "directories",
            "processes",
            "not_listed",
            "not_seen")
        .containsEntry("files", 1L);
  }

  /** What the schema of SARIF 2.1.0 requires of each object that is written. */
  @Test
  void sarifHasWhatItsSchemaRequires() throws IOException {
    assertThat(audit("--sarif")).isEqualTo(1);
    Map<String, Object> log = object(cli.out());
    assertThat(log)
        .containsOnlyKeys("$schema", "version", "runs")
        .containsEntry("version", "2.1.0");
    Map<String, Object> run = objects(log.get("runs")).getFirst();
    Map<String, Object> driver = object(object(run.get("tool")).get("driver"));
    assertThat(driver).containsEntry("name", "brig audit").containsKey("version");
    List<Map<String, Object>> rules = objects(driver.get("rules"));
    assertThat(rules).hasSameSizeAs(Rules.all());
    for (Map<String, Object> rule : rules) {
      assertThat(rule).containsKey("id");
      for (String text : List.of("shortDescription", "fullDescription", "help")) {
        assertThat(object(rule.get(text))).containsOnlyKeys("text");
      }
      assertThat(object(rule.get("defaultConfiguration")).get("level"))
          .isIn("error", "warning", "note");
    }
    Map<String, Object> invocation = objects(run.get("invocations")).getFirst();
    assertThat(invocation).containsEntry("executionSuccessful", true);
    for (Map<String, Object> note : objects(invocation.get("toolExecutionNotifications"))) {
      assertThat(object(note.get("message"))).containsOnlyKeys("text");
    }
    Map<String, Object> result = objects(run.get("results")).getFirst();
    assertThat(object(result.get("message"))).containsOnlyKeys("text");
    assertThat(result).containsEntry("ruleId", "world-writable").containsEntry("level", "warning");
    int index = ((Long) result.get("ruleIndex")).intValue();
    assertThat(rules.get(index)).containsEntry("id", "world-writable");
    Map<String, Object> artifact =
        object(
            object(objects(result.get("locations")).getFirst().get("physicalLocation"))
                .get("artifactLocation"));
    assertThat(artifact)
        .containsEntry("uri", "srv/a%20%22b%22%5Cc")
        .containsEntry("uriBaseId", "JAIL");
    assertThat(String.valueOf(object(object(run.get("originalUriBaseIds")).get("JAIL")).get("uri")))
        .startsWith("file:///")
        .endsWith("/jail/");
  }

  @Test
  void aBaselineAcceptsAFindingWithAReason() throws IOException {
    Path baseline = directory.resolve("baseline.toml");
    assertThat(audit("--write-baseline", baseline.toString())).isZero();
    assertThat(Files.readString(baseline))
        .contains(
            "rule = \"world-writable\"", "path = \"/srv/a \\\"b\\\"\\\\c\"", "not looked at yet");
    assertThat(audit("--baseline", baseline.toString(), "--fail-on", "low")).as(cli.err()).isZero();
    assertThat(cli.out()).contains(": no findings, 1 accepted\n");
    assertThat(audit("--baseline", baseline.toString(), "--sarif")).isZero();
    assertThat(cli.out()).contains("\"kind\" : \"external\"", "\"justification\" : \"found on ");
    assertThat(audit("--write-baseline", baseline.toString())).isEqualTo(100);
    assertThat(cli.err()).contains("it is there already");
  }

  @Test
  void entriesOfABaselineThatExpiredOrServeNothingAreTold() throws IOException {
    Path baseline =
        Files.writeString(
            directory.resolve("baseline.toml"),
            """
            [[accept]]
            rule = "world-writable"
            path = '/srv/a "b"\\c'
            reason = "the upload form"
            until = 2020-01-31

            [[accept]]
            rule = "set-id"
            path = "/usr/bin/gone"
            reason = "was needed"
            """);
    assertThat(audit("--baseline", baseline.toString())).isEqualTo(1);
    assertThat(cli.err())
        .contains(
            "the entry for world-writable /srv/a \"b\"\\c expired on 2020-01-31, so its finding"
                + " counts again. ("
                + baseline
                + ":1)",
            "the entry for set-id /usr/bin/gone accepts nothing that was found: take it out of "
                + baseline);
  }

  @Test
  void everyMistakeOfABaselineIsToldWithItsPlace() throws IOException {
    Path baseline =
        Files.writeString(
            directory.resolve("baseline.toml"),
            """
            title = "x"
            [[accept]]
            rule = "shell"
            path = "/bin/sh"
            reason = ""
            [[accept]]
            rule = "shell"
            reason = "r"
            because = "s"
            until = "soon"
            """);
    assertThat(audit("--baseline", baseline.toString())).isEqualTo(100);
    assertThat(cli.err())
        .contains(
            "'title' is not known in a baseline",
            "'reason' must be a text that is not empty. (" + baseline + ":5:1)",
            "an [[accept]] has no 'path'",
            "unknown key 'because' in [[accept]]",
            "'until' must be a date. Such as until = 2027-01-31. (" + baseline + ":10:1)");
    assertThat(audit("--baseline", directory + "/none.toml")).isEqualTo(100);
    assertThat(cli.err()).contains("cannot read the baseline", "--write-baseline");
  }

  @Test
  void theListOfRulesAndTheTableOfTheDocumentationAreOne() throws IOException {
    assertThat(cli.brig("audit", "--rules")).isZero();
    Set<String> ids = new TreeSet<>();
    String page = Files.readString(Path.of("docs/audit.md"));
    for (About rule : Rules.all()) {
      assertThat(ids.add(rule.id())).as("one rule of each id").isTrue();
      String row =
          "| `" + rule.id() + "` | " + rule.severity().word() + " | " + rule.summary() + " |";
      assertThat(page).contains(row);
      assertThat(cli.out()).containsPattern(rule.id() + " +" + rule.severity().word() + " +");
    }
    assertThat(page.lines().filter(line -> line.startsWith("| `")).count()).isEqualTo(ids.size());
    assertThat(cli.out().lines().count()).isEqualTo(ids.size());
  }

  @Test
  void thePageNamesEveryOption() throws IOException {
    assertThat(cli.brig("audit", "--help")).isZero();
    String page = Files.readString(Path.of("docs/audit.md"));
    for (String word : cli.out().split("[\\s=,\\[\\]]+")) {
      if (word.startsWith("--") && !word.equals("--help")) {
        assertThat(page).contains(word);
      }
    }
  }

  private static Map<String, Object> object(String text) throws IOException {
    try (JsonParser json = new JsonFactory().createParser(text)) {
      json.nextToken();
      return object(read(json));
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(@Nullable Object value) {
    assertThat(value).isInstanceOf(Map.class);
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> objects(@Nullable Object value) {
    assertThat(value).isInstanceOf(List.class);
    return (List<Map<String, Object>>) value;
  }

  private static Object read(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String key = json.currentName();
          json.nextToken();
          object.put(key, read(json));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(read(json));
        }
        yield list;
      }
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> json.getText();
    };
  }
}
