package brig.spec.toml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;

/** Brig's reader and tomlj say the same of the same text. */
class OracleTest {
  private static final String[] PIECES = {
    "\n",
    "=",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    ",",
    ".",
    "#",
    " ",
    "a",
    "b = 1",
    "\\",
    "\\n",
    "0",
    "1",
    "-",
    "+",
    "_",
    "1.5",
    "e3",
    "true",
    "false",
    "[t]\n",
    "x.y",
    "\t",
    "0x1F",
    "\r\n",
    "a = [1, 2]\n",
    "{ a = 1 }"
  };

  private static List<String> seeds() throws IOException {
    List<String> seeds = new ArrayList<>();
    try (java.util.stream.Stream<Path> recipes = Files.walk(Path.of("recipes"))) {
      for (Path recipe : recipes.filter(Files::isRegularFile).sorted().toList()) {
        seeds.add(Files.readString(recipe));
      }
    }
    seeds.add("a = 1\nb.c = \"x\"\n[t.u]\nd = [1, 'two', 3.0, {e = true}]\n[[l]]\nf = 1\n[[l]]\n");
    seeds.add("s = '''\nx\n'''\nm = \"\"\"\\\n  y\"\"\"\n\"q k\" = -0.5e3\nn = 0b101\n");
    return seeds;
  }

  @Test
  void theSameValuesForEveryRecipe() throws IOException {
    for (String seed : seeds()) {
      TomlDocument mine = TomlDocument.parse("f", seed.getBytes(StandardCharsets.UTF_8));
      assertThat(mine.problems()).isEmpty();
      assertThat(plain(mine.root())).isEqualTo(plain(Toml.parse(seed)));
    }
  }

  @Test
  void theSameAnswerForThousandsOfDamagedOnes() throws IOException {
    List<String> seeds = seeds();
    Random random = new Random(20260101);
    int good = 0;
    int asked = 0;
    for (int i = 0; i < 5_000; i++) {
      String text = damaged(seeds.get(random.nextInt(seeds.size())), random);
      TomlDocument mine = TomlDocument.parse("f", text.getBytes(StandardCharsets.UTF_8));
      TomlParseResult theirs = theirs(text);
      if (theirs == null) {
        continue;
      }
      asked++;
      assertThat(mine.problems().isEmpty())
          .as("%s%nmine: %s%ntheirs: %s", text, mine.problems(), theirs.errors())
          .isEqualTo(theirs.errors().isEmpty());
      if (theirs.errors().isEmpty()) {
        good++;
        assertThat(plain(mine.root())).as(text).isEqualTo(plain(theirs));
      }
    }
    assertThat(good).isGreaterThan(250);
    assertThat(asked).isGreaterThan(4_990);
  }

  /** Null where an assertion of tomlj's own fails, so that it has no answer. */
  private static @Nullable TomlParseResult theirs(String text) {
    try {
      return Toml.parse(text);
    } catch (AssertionError e) {
      return null;
    }
  }

  /** A few lines of a seed, with a few characters inserted, removed or doubled. */
  private static String damaged(String seed, Random random) {
    String[] lines = seed.split("(?<=\n)", -1);
    int from = random.nextInt(lines.length);
    int to = Math.min(lines.length, from + 1 + random.nextInt(6));
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(lines[i]);
    }
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(text.length() + 1);
      switch (random.nextInt(3)) {
        case 0 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
        case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
        default -> text.insert(at, text.substring(Math.max(0, at - random.nextInt(8)), at));
      }
    }
    return text.toString();
  }

  private static Object plain(Object value) {
    return switch (value) {
      case TomlTable table -> {
        Map<String, Object> map = new LinkedHashMap<>();
        table.items().forEach(item -> map.put(item.key(), plain(item.value())));
        yield map;
      }
      case TomlValue.Sequence array -> array.values().stream().map(OracleTest::plain).toList();
      case TomlValue.Text text -> text.value();
      case TomlValue.Whole number -> number.value();
      case TomlValue.Real number -> number.value();
      case TomlValue.Truth truth -> truth.value();
      case TomlValue.Moment moment -> moment.value();
      case org.tomlj.TomlTable table -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Map.Entry<String, Object> entry : table.entrySet()) {
          map.put(entry.getKey(), plain(entry.getValue()));
        }
        yield map;
      }
      case TomlArray array -> array.toList().stream().map(OracleTest::plain).toList();
      case java.time.temporal.Temporal moment -> moment.toString();
      default -> value;
    };
  }
}
