package brig.hole.job;

import static org.assertj.core.api.Assertions.assertThat;

import brig.hole.wire.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** docs/hole.md says of every key what the reader knows of it. */
class HoleReferenceTest {
  private static final Map<String, String> HEADINGS =
      Map.of(
          "### At the top", "",
          "### [sessions]", "sessions",
          "### [jobs.NAME]", "jobs",
          "### [[jobs.NAME.fields]]", "fields",
          "### [[jobs.NAME.pages]]", "pages",
          "### [[jobs.NAME.steps]]", "steps",
          "### input", "input",
          "### limits", "limits");

  private static String text() throws IOException {
    return Files.readString(Path.of("docs/hole.md"));
  }

  private static Map<String, List<String>> documented() throws IOException {
    Map<String, List<String>> documented = new TreeMap<>();
    String table = "other";
    for (String line : text().split("\n", -1)) {
      if (line.startsWith("#")) {
        table = HEADINGS.getOrDefault(line, "other");
      } else if (line.startsWith("| `")) {
        String key = line.substring(3, line.indexOf('`', 3));
        documented.computeIfAbsent(table, name -> new ArrayList<>()).add(key);
      }
    }
    return documented;
  }

  @Test
  void everyKeyIsExplainedOnceAndNoOther() throws IOException {
    Map<String, List<String>> documented = documented();
    for (Map.Entry<String, List<String>> table : HoleVocabulary.all().entrySet()) {
      if (!table.getKey().equals("choices")) {
        assertThat(documented.get(table.getKey()))
            .as("keys of %s", table.getKey())
            .containsExactlyElementsOf(table.getValue());
      }
    }
  }

  @Test
  void everyMessageReasonAndTypeIsNamed() throws IOException {
    String text = text();
    for (Message message : Message.values()) {
      assertThat(text).contains("`" + message.key() + "`");
    }
    for (Reason reason : Reason.values()) {
      assertThat(text).contains("| `" + reason.word() + "` | ");
    }
    for (String type : FieldsReader.types().keySet()) {
      assertThat(text).contains("`" + type + "`");
    }
  }

  @Test
  void theFirstExampleIsAHole() throws Exception {
    String text = text();
    int from = text.indexOf("```toml\n") + 8;
    String example = text.substring(from, text.indexOf("```", from));
    Hole hole =
        JobsFile.read("budget", "budget.hole.toml", example.getBytes(StandardCharsets.UTF_8));
    assertThat(hole.jobs()).containsOnlyKeys("report");
  }
}
