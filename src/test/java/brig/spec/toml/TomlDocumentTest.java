package brig.spec.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import brig.report.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TomlDocumentTest {
  private static TomlDocument parse(String text) {
    return TomlDocument.parse("f", text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> problems(String text) {
    return parse(text).problems().stream().map(Problem::text).toList();
  }

  private static TomlValue value(String text) {
    TomlDocument document = parse("x = " + text + "\n");
    assertThat(document.problems()).extracting(Problem::text).isEmpty();
    TomlTable.Item item = document.root().get("x");
    assertThat(item).isNotNull();
    return item.value();
  }

  @Test
  void keysAndValuesKnowTheirPlaces() {
    TomlDocument document = parse("\n  a . b = [ 1,\n\t'\u00e9\ud83d\ude00', {c=2} ]\n[t]\nd=1");
    TomlTable a = (TomlTable) document.root().get("a").value();
    assertThat(document.root().get("a").at().toString()).isEqualTo("f:2:3");
    assertThat(a.get("b").at().toString()).isEqualTo("f:2:7");
    TomlValue.Sequence array = (TomlValue.Sequence) a.get("b").value();
    assertThat(array.at().toString()).isEqualTo("f:2:11");
    assertThat(array.values()).extracting(v -> v.at().toString()).contains("f:2:13", "f:3:2");
    TomlTable inline = (TomlTable) array.values().get(2);
    // Columns count characters, not bytes and not halves of a pair.
    assertThat(inline.at().toString()).isEqualTo("f:3:8");
    assertThat(inline.get("c").at().toString()).isEqualTo("f:3:9");
    assertThat(document.root().get("t").at().toString()).isEqualTo("f:4:2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"a\\tb\\\\c\\u00e9\\U0001F600\" | `a\tb\\cé😀`",
        "'a\\tb' | a\\tb",
        "'''it's''' | it's",
        "\"\"\"a\"\"b\"\"\" | a\"\"b",
        "\"\"\"a\"\"\"\"\" | a\"\"",
        "\"# no comment\" | # no comment"
      })
  void stringsOfAllKinds(String text, String expected) {
    assertThat(((TomlValue.Text) value(text)).value()).isEqualTo(expected);
  }

  @Test
  void stringsOverLines() {
    assertThat(((TomlValue.Text) value("\"\"\"\n a\r\n b \\\n\n   c\"\"\"")).value())
        .isEqualTo(" a\n b c");
    assertThat(((TomlValue.Text) value("'''\r\na\\\n'''")).value()).isEqualTo("a\\\n");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "+0, 0",
    "-0, 0",
    "1_000, 1000",
    "-17, -17",
    "0xdead_BEEF, 3735928559",
    "0o755, 493",
    "0b101, 5",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808"
  })
  void wholeNumbers(String text, long expected) {
    assertThat(((TomlValue.Whole) value(text)).value()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.0", "-0.5", "1e3", "6.26e-34", "+1_0.0_1", "inf", "-inf", "nan", "+nan"})
  void decimalNumbers(String text) {
    assertThat(value(text)).isInstanceOf(TomlValue.Real.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1979-05-27",
        "07:32:00",
        "00:32:00.999999",
        "1979-05-27T07:32:00",
        "1979-05-27 07:32:00Z",
        "1979-05-27T00:32:00.5-07:00"
      })
  void datesAndTimes(String text) {
    assertThat(value(text)).isInstanceOf(TomlValue.Moment.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01",
        "1__0",
        "_1",
        "1_",
        "+0x1",
        "0x",
        "1.",
        ".5",
        "1.e2",
        "0xg",
        "0o8",
        "1979-13-01",
        "1979-02-30",
        "25:00:00",
        "truE",
        "nginx",
        "--1",
        "+",
        "1 2",
        "9223372036854775808",
        "''''",
        "\"a",
        "'a",
        "\"\\q\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\u0007\"",
        "[1",
        "[,]",
        "[1,,2]",
        "{",
        "{a=1,}",
        "{,}",
        "{a=1 b=2}",
        "{a=1\n}",
        "{a=1,a=2}",
        "@",
        "",
        "\ud83d\ude00"
      })
  void badValuesAreRefusedWithOneProblem(String text) {
    assertThat(problems("x = " + text + "\ny = 1\n")).as(text).hasSize(1);
    assertThat(parse("x = " + text + "\ny = 1\n").root().get("y")).as(text).isNotNull();
  }

  @Test
  void whatToDoIsSaid() {
    assertThat(problems("a = nginx\nb = 027\nc = \"x\nd = [1\ne = 2\n/f = 3\ng : 4\nh = 'a' 5\n"))
        .containsExactly(
            "expected a value, found 'nginx'. Put text in quotes: \"nginx\". (f:1:5)",
            "a number must not begin with 0: 027. Write modes as strings: \"027\"; an octal number"
                + " as 0o027. (f:2:5)",
            "the string that begins here does not end on its line. Close it with \". (f:3:5)",
            "expected ',' or ']', found 'e'. The array begins at line 4. (f:5:1)",
            "expected a key, found '/'. Put a key that is not plain letters in quotes. (f:6:1)",
            "expected '=' after the key 'g', found ':'. (f:7:3)",
            "expected the end of the line, found '5'. (f:8:9)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = 1\na = 2",
        "a = 1\na.b = 2",
        "[a]\n[a]",
        "[a.b]\n[a]\nb = 1",
        "a = {}\n[a.b]",
        "a = []\n[[a]]",
        "[[a]]\n[a]",
        "[a]\n[[a]]",
        "a.b = 1\n[a]",
        "a = {b.c = 1, b = 2}"
      })
  void whatIsThereAlreadyCannotBeGivenAgain(String text) {
    assertThat(problems(text + "\n"))
        .singleElement()
        .asString()
        .contains("is there already. It was given at line ");
  }

  @Test
  void tablesMayComeInAnyOrder() {
    assertThat(problems("[a.b]\nx=1\n[a]\ny=1\n[[l]]\n[l.t]\nz=1\n[[l]]\n[l.t]\nz=1\n")).isEmpty();
  }

  @Test
  void keysBelowABrokenHeaderAreReadAndForgotten() {
    TomlDocument document = parse("[a\nx = 1\ny = = 2\n[b]\nx = 1\n");
    assertThat(document.problems())
        .extracting(Problem::text)
        .containsExactly(
            "expected ']' to end the table's name, found the end of the line. (f:1:3)",
            "expected a value, found '='. (f:3:5)");
    assertThat(document.root().items()).extracting(TomlTable.Item::key).containsExactly("b");
  }

  @Test
  void aBrokenValueLeavesItsKeyBehind() {
    TomlTable.Item item = parse("a = [1, {b = }]\n").root().get("a");
    assertThat(item).isNotNull();
    assertThat(item.value()).isInstanceOf(TomlValue.Broken.class);
  }

  @Test
  void windowsLineEndsAndAByteOrderMarkAreGood() {
    assertThat(problems("\ufeffa = 1 # c\r\n\r\nb = [\r\n1]\r\n")).isEmpty();
    assertThat(problems("a = 1\rb = 2\n")).hasSize(1);
  }

  @Test
  void whatIsNotUtf8IsToldWithItsPlace() {
    byte[] text = "a = 1\nb = '\u00e9x'\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(TomlDocument.parse("f", text).problems())
        .extracting(Problem::text)
        .contains("the file is not UTF-8: there is a byte 0xe9. Save it as UTF-8. (f:2:6)");
    byte[] overlong = {'a', '=', '\'', (byte) 0xC0, (byte) 0xAF, '\''};
    assertThat(TomlDocument.parse("f", overlong).problems()).isNotEmpty();
  }

  @Test
  void nulsAreRefusedEverywhere() {
    assertThat(problems("a = 1\0\n")).hasSize(1);
    assertThat(problems("# \0\na = 1\n"))
        .containsExactly("a comment must not hold a control character (0x0). (f:1:3)");
    assertThat(problems("\0\0\0\0")).hasSize(1);
  }

  @Test
  void deepNestingIsRefusedAndDoesNotExhaustTheStack() {
    int depth = 300_000;
    assertThat(problems("a = " + "[".repeat(depth)))
        .singleElement()
        .asString()
        .startsWith("nested more than 40 levels deep.");
    assertThat(problems("a = " + "{a=".repeat(depth))).hasSize(1);
    assertThat(problems("a" + ".a".repeat(depth) + " = 1")).hasSize(1);
    assertThat(problems("[a" + ".a".repeat(depth) + "]")).hasSize(1);
    assertThat(problems("a = " + "[".repeat(40) + "]".repeat(40) + "\n")).isEmpty();
  }

  @Test
  void aHugeFileIsRefusedUnread() {
    assertThat(TomlDocument.parse("f", new byte[(1 << 20) + 1]).problems())
        .extracting(Problem::text)
        .containsExactly("the file is larger than 1 MiB. A jailfile is a few kilobytes. (f:1:1)");
  }

  @Test
  void aMillionMistakesEndAtAHundred() {
    long start = System.nanoTime();
    assertThat(problems("x\n".repeat(500_000))).hasSize(100);
    assertThat(problems("\"\"\"\n".repeat(200_000)).size()).isLessThanOrEqualTo(100);
    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
  }

  @Test
  void anyPrefixOfARecipeIsReadWithoutAnException() throws java.io.IOException {
    byte[] recipe = java.nio.file.Files.readAllBytes(java.nio.file.Path.of("recipes/apache.toml"));
    for (int length = 0; length <= recipe.length; length++) {
      byte[] prefix = java.util.Arrays.copyOf(recipe, length);
      assertThatCode(() -> TomlDocument.parse("f", prefix)).doesNotThrowAnyException();
    }
  }
}
