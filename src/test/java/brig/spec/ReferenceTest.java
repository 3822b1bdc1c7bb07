package brig.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** docs/jailfile.md says of every key what the reader knows of it. */
class ReferenceTest {
  /** The tables of the document, by the heading or the sentence above them. */
  private static final Map<String, String> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put("## At the top", "");
    for (String table :
        List.of(
            "files",
            "features",
            "accounts",
            "devices",
            "limits",
            "namespaces",
            "network",
            "seccomp")) {
      TABLES.put("## [" + table + "]", table);
    }
    for (String list : List.of("writable", "temporary", "content")) {
      TABLES.put("Entries of `" + list + "`", "files." + list);
    }
    TABLES.put("`filesystem`, a table", "filesystem");
    TABLES.put("`ready`, a table", "ready");
    TABLES.put("## ", "other");
  }

  private static Map<String, List<String>> documented() throws IOException {
    Map<String, List<String>> documented = new TreeMap<>();
    String table = "other";
    for (String line : Files.readAllLines(Path.of("docs/jailfile.md"))) {
      for (Map.Entry<String, String> start : TABLES.entrySet()) {
        if (line.startsWith(start.getKey())) {
          table = start.getValue();
          break;
        }
      }
      if (line.startsWith("| `")) {
        String key = line.substring(3, line.indexOf('`', 3));
        documented.computeIfAbsent(table, name -> new ArrayList<>()).add(key);
      }
    }
    return documented;
  }

  @Test
  void everyKeyIsExplainedOnceAndNoOther() throws IOException {
    Map<String, List<String>> documented = documented();
    for (Map.Entry<String, List<String>> table : Grammar.all().entrySet()) {
      List<String> keys = new ArrayList<>(table.getValue());
      if (table.getKey().isEmpty()) {
        keys.removeIf(key -> TABLES.containsKey("## [" + key + "]"));
        keys.removeAll(List.of("sockets", "environment", "holes"));
      }
      assertThat(documented.get(table.getKey()))
          .as("keys of [%s]", table.getKey())
          .containsExactlyInAnyOrderElementsOf(keys);
    }
  }

  @Test
  void capabilitiesThatAreRefusedAreNamed() throws IOException {
    String text = Files.readString(Path.of("docs/jailfile.md"));
    for (String name : new TreeSet<>(Capabilities.refused())) {
      assertThat(text).contains("`" + name + "`");
    }
  }

  @Test
  void everyRecipeStandsInTheListOfInit() throws IOException {
    String text = Files.readString(Path.of("docs/init.md"));
    try (java.util.stream.Stream<Path> recipes = Files.walk(Path.of("recipes"))) {
      for (Path recipe : recipes.filter(Files::isRegularFile).toList()) {
        String name = recipe.getFileName().toString().replace(".toml", "");
        assertThat(text).contains("| `" + name + "` |");
      }
    }
  }

  @Test
  void theExamplesOfTheReferenceAreGood() throws Exception {
    String text = Files.readString(Path.of("docs/jailfile.md"));
    int from = text.indexOf("```toml\n");
    int count = 0;
    while (from >= 0) {
      int end = text.indexOf("```", from + 8);
      String example = text.substring(from + 8, end);
      if (!example.contains("command")) {
        example = JailfileReaderTest.GOOD + example;
      }
      JailfileReaderTest.read(example);
      count++;
      from = text.indexOf("```toml\n", end);
    }
    assertThat(count).isGreaterThanOrEqualTo(4);
  }
}
