package brig.hole.job;

import static org.assertj.core.api.Assertions.assertThat;

import brig.hole.wire.Bytes;
import brig.hole.wire.Request;
import brig.report.BrigException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldCheckTest {
  private static Job job(String fields) throws BrigException {
    String text =
        "[sessions]\n[jobs.a]\ntitle = \"A\"\nsession = \"needs\"\n"
            + "steps = [{ command = [\"/p\"], user = \"u\", role = \"keep\" }]\n"
            + "[jobs.j]\ntitle = \"J\"\nsession = \"needs\"\n"
            + "steps = [{ command = [\"/p\"], user = \"u\" }]\nfields = [\n"
            + fields
            + "\n]\n";
    return java.util.Objects.requireNonNull(JobsFileTest.read(text).job("j"));
  }

  /** One field {@code f} of that type, given that value. */
  private static Judgement judge(String field, Bytes value) throws BrigException {
    Job job =
        job("{ name = \"f\", label = \"F\", " + field.replace('\'', '"').replace(';', ',') + " }");
    Map<String, Bytes> given = value.length() == 0 ? Map.of() : Map.of("f", value);
    return switch (FieldCheck.check(job, given, List.of(), Kept.NONE)) {
      case FieldCheck.Outcome.Good good -> good.values().get("f");
      case FieldCheck.Outcome.Bad bad -> bad.errors().get("f");
    };
  }

  private static Bytes bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return Bytes.of(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "'type=\"text\"; max=5', hello, hello",
    "'type=\"text\"; max=5', éàü漢字, éàü漢字",
    "'type=\"text\"', a'; rm -rf / $(x) `y` | &, a'; rm -rf / $(x) `y` | &",
    "'type=\"text\"; leading_dash=true', -x, -x",
    "'type=\"text\"; pattern=\"[a-z]+\"', abc, abc",
    "'type=\"integer\"; min=-5; max=5', -5, -5",
    "'type=\"integer\"; min=0; max=9223372036854775807', 9223372036854775807, 9223372036854775807",
    "'type=\"decimal\"; min=\"-1.5\"; max=10', -0.50, -0.50",
    "'type=\"decimal\"; min=0; max=10; places=0', 10, 10",
    "'type=\"date\"', 2024-02-29, 2024-02-29",
    "'type=\"choice\"; choices=[\"a\"; \"b\"]', b, b",
    "'type=\"boolean\"', on, true",
    "'type=\"boolean\"', 0, false",
    "'type=\"secret\"', -p w\"'é, -p w\"'é",
  })
  void case19_whatIsGoodArrivesAsItIs(String field, String typed, String text)
      throws BrigException {
    assertThat(judge(field, Bytes.of(typed)))
        .isInstanceOfSatisfying(Value.class, value -> assertThat(value.text()).isEqualTo(text));
  }

  @ParameterizedTest
  @CsvSource({
    "'type=\"text\"; max=5', hello!, TOO_LONG, 5",
    "'type=\"text\"; min=3', ab, TOO_SHORT, 3",
    "'type=\"text\"', -x, LEADING_DASH, ''",
    "'type=\"text\"; pattern=\"[a-z]+\"', abc1, WRONG_FORM, ''",
    "'type=\"text\"; pattern=\"[a-z]\"', abc, WRONG_FORM, ''",
    "'type=\"text\"; characters=\"ascii\"', é, WRONG_CHARACTERS, é U+00E9",
    "'type=\"text\"; characters=\"digits\"', 1٢, WRONG_CHARACTERS, ٢ U+0662",
    "'type=\"text\"; characters=\"letters\"', a1, WRONG_CHARACTERS, 1 U+0031",
    "'type=\"text\"; characters=\"identifier\"', a/b, WRONG_CHARACTERS, / U+002F",
    "'type=\"integer\"; min=1; max=5', 0, TOO_SMALL, 1",
    "'type=\"integer\"; min=1; max=5', 6, TOO_LARGE, 5",
    "'type=\"integer\"; min=1; max=5', 99999999999999999999, TOO_LARGE, 5",
    "'type=\"integer\"; min=1; max=5', -99999999999999999999, TOO_SMALL, 1",
    "'type=\"decimal\"; min=0; max=5', 5.01, TOO_LARGE, 5",
    "'type=\"decimal\"; min=0; max=5', -0.01, TOO_SMALL, 0",
    "'type=\"decimal\"; min=0; max=5', 1.234, NOT_DECIMAL, 2",
    "'type=\"decimal\"; min=0; max=5', 1e1, NOT_DECIMAL, 2",
    "'type=\"decimal\"; min=0; max=5', 1., NOT_DECIMAL, 2",
    "'type=\"decimal\"; min=0; max=5', '1,5', NOT_DECIMAL, 2",
    "'type=\"date\"; min=2026-01-01', 2025-12-31, TOO_EARLY, 2026-01-01",
    "'type=\"date\"; max=2026-01-01', 2026-01-02, TOO_LATE, 2026-01-01",
    "'type=\"date\"', 2025-02-29, NOT_DATE, ''",
    "'type=\"date\"', 2025-2-9, NOT_DATE, ''",
    "'type=\"choice\"; choices=[\"a\"]', A, NOT_OFFERED, ''",
    "'type=\"boolean\"', maybe, NOT_TRUTH, ''",
    "'type=\"secret\"; max=3', abcd, TOO_LONG, 3",
  })
  void whatIsWrongIsToldWithItsBound(String field, String typed, Message message, String argument)
      throws BrigException {
    assertThat(judge(field, Bytes.of(typed))).isEqualTo(new FieldError(message, argument));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"007", "+1", "-0", " 1", "1 ", "1_0", "0x1", "1.0", "٣", "１", "--1", "-", "1e3"})
  void case23_aWholeNumberHasOneFormOfAsciiDigits(String typed) throws BrigException {
    assertThat(judge("type='integer'; min=-100; max=100", Bytes.of(typed)))
        .isEqualTo(FieldError.of(Message.NOT_WHOLE));
  }

  @Test
  void case23_whatIsNotStrictUtf8IsNoText() throws BrigException {
    for (Bytes wrong :
        List.of(
            bytes(0xC0, 0xAF), // an overlong slash
            bytes(0xE0, 0x80, 0xAF),
            bytes(0xF0, 0x80, 0x80, 0xAF),
            bytes(0xC1, 0x81),
            bytes(0xED, 0xA0, 0x80), // a surrogate
            bytes(0xED, 0xA0, 0x80, 0xED, 0xB0, 0x80), // a pair of them (CESU-8)
            bytes(0xF4, 0x90, 0x80, 0x80), // above U+10FFFF
            bytes(0x80),
            bytes(0xFF),
            bytes('a', 0xC3))) {
      for (String type : List.of("type='text'", "type='secret'", "type='date'")) {
        assertThat(judge(type, wrong)).isEqualTo(FieldError.of(Message.NOT_TEXT));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 7, 9, 10, 13, 0x1B, 0x7F, 0x85, 0x9B, 0x200B, 0x200D, 0x202E, 0x2066, 0x2028, 0x2029,
        0xFEFF, 0xE000, 0xFFFF, 0xE0001
      })
  void case23_whatCannotBeSeenIsNoPartOfAText(int c) throws BrigException {
    Bytes value = Bytes.of("a" + Character.toString(c) + "b");
    assertThat(judge("type='text'", value))
        .isInstanceOfSatisfying(
            FieldError.class,
            error -> {
              assertThat(error.message()).isEqualTo(Message.WRONG_CHARACTERS);
              assertThat(error.argument()).startsWith("U+");
            });
    assertThat(judge("type='secret'", value))
        .as("which one it is would be a part of the secret")
        .isEqualTo(new FieldError(Message.WRONG_CHARACTERS, ""));
  }

  @Test
  void linesAreTakenWhereTheyAreAsked() throws BrigException {
    assertThat(judge("type='text'; lines=true; max=3", Bytes.of("a\r\nb")))
        .isEqualTo(new Value.Text("a\nb"));
    assertThat(judge("type='text'; lines=true", Bytes.of("a\rb"))).isInstanceOf(FieldError.class);
  }

  @Test
  void case24_aPatternThatMakesOthersBacktrackTakesNoTime() throws BrigException {
    long before = System.nanoTime();
    Judgement judged =
        judge("type='text'; max=50000; pattern='(a+)+b'", Bytes.of("a".repeat(50_000)));
    assertThat(judged).isEqualTo(FieldError.of(Message.WRONG_FORM));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void case24_whatIsTooLongIsNotEvenDecoded() throws BrigException {
    byte[] large = new byte[65_000];
    java.util.Arrays.fill(large, (byte) 0xFF);
    assertThat(judge("type='text'; max=10", Bytes.of(large)))
        .isEqualTo(new FieldError(Message.TOO_LONG, "10"));
  }

  @Test
  void case22_aRequiredValueMustBeThereAndAnUndeclaredOneMustNot() throws BrigException {
    Job job =
        job(
            "{ name = \"a\", type = \"text\", label = \"A\" },"
                + "{ name = \"b\", type = \"text\", label = \"B\", required = false },"
                + "{ name = \"c\", type = \"integer\", label = \"C\", min = 0, max = 9 }");
    Map<String, Bytes> given = new LinkedHashMap<>();
    given.put("zz", Bytes.of("1"));
    given.put("a", Bytes.NONE);
    given.put("c", Bytes.of("7"));
    FieldCheck.Outcome outcome = FieldCheck.check(job, given, List.of(), Kept.NONE);
    assertThat(outcome).isInstanceOf(FieldCheck.Outcome.Bad.class);
    FieldCheck.Outcome.Bad bad = (FieldCheck.Outcome.Bad) outcome;
    assertThat(bad.errors())
        .containsExactly(
            Map.entry("a", FieldError.of(Message.MISSING)),
            Map.entry("zz", FieldError.of(Message.NOT_KNOWN)));
    assertThat(bad.values()).containsEntry("c", new Value.Whole(7));
    assertThat(
            FieldCheck.check(
                job, Map.of("a", Bytes.of("x"), "c", Bytes.of("7")), List.of(), Kept.NONE))
        .isEqualTo(
            new FieldCheck.Outcome.Good(
                Map.of(
                    "a", new Value.Text("x"), "b", new Value.Absent(), "c", new Value.Whole(7))));
  }

  @Test
  void filesAreSectionsByNameOrInTheirOrder() throws BrigException {
    Job job =
        job(
            "{ name = \"a\", type = \"file\", label = \"A\", max = 4 },"
                + "{ name = \"b\", type = \"file\", label = \"B\", max = 4, required = false }");
    Bytes four = bytes(0, 1, 0xFF, 3);
    List<Request.Section> inOrder =
        List.of(new Request.Section("", four), new Request.Section("", Bytes.of("b")));
    assertThat(FieldCheck.check(job, Map.of(), inOrder, Kept.NONE))
        .isEqualTo(
            new FieldCheck.Outcome.Good(
                Map.of("a", new Value.Upload(four), "b", new Value.Upload(Bytes.of("b")))));
    List<Request.Section> named =
        List.of(new Request.Section("b", four), new Request.Section("", Bytes.of("a")));
    assertThat(FieldCheck.check(job, Map.of(), named, Kept.NONE))
        .isEqualTo(
            new FieldCheck.Outcome.Good(
                Map.of("a", new Value.Upload(Bytes.of("a")), "b", new Value.Upload(four))));

    List<Request.Section> wrong =
        List.of(
            new Request.Section("a", bytes(1, 2, 3, 4, 5)),
            new Request.Section("b", four),
            new Request.Section("b", four),
            new Request.Section("c", four));
    FieldCheck.Outcome outcome =
        FieldCheck.check(job, Map.of("b", Bytes.of("x")), wrong, Kept.NONE);
    assertThat(((FieldCheck.Outcome.Bad) outcome).errors())
        .containsOnly(
            Map.entry("a", new FieldError(Message.FILE_TOO_LARGE, "4")),
            Map.entry("b", FieldError.of(Message.NOT_YOURS)),
            Map.entry("c", FieldError.of(Message.NOT_KNOWN)));
  }

  @Test
  void whatTheSessionHoldsCannotBeForged() throws BrigException {
    Job job =
        job(
            "{ name = \"account\", type = \"choice\", label = \"A\", choices_from = \"a\" },"
                + "{ name = \"owner\", type = \"text\", label = \"O\", filled_from = \"a\" }");
    Kept kept = name -> name.equals("a") ? Kept.parse(Bytes.of("100\tTravel\n-9\n200\n")) : null;
    Map<String, Bytes> good = Map.of("account", Bytes.of("200"));
    assertThat(FieldCheck.check(job, good, List.of(), kept))
        .isEqualTo(
            new FieldCheck.Outcome.Good(
                Map.of("account", new Value.Text("200"), "owner", new Value.Text("100"))));
    for (Map.Entry<Map<String, Bytes>, FieldError> wrong :
        Map.of(
                Map.of("account", Bytes.of("300")), FieldError.of(Message.NOT_OFFERED),
                Map.of("account", Bytes.of("-9")), FieldError.of(Message.LEADING_DASH),
                Map.of("account", Bytes.of("Travel")), FieldError.of(Message.NOT_OFFERED))
            .entrySet()) {
      FieldCheck.Outcome outcome = FieldCheck.check(job, wrong.getKey(), List.of(), kept);
      assertThat(((FieldCheck.Outcome.Bad) outcome).errors())
          .containsExactly(Map.entry("account", wrong.getValue()));
    }
    FieldCheck.Outcome forged =
        FieldCheck.check(
            job, Map.of("account", Bytes.of("200"), "owner", Bytes.of("100")), List.of(), kept);
    assertThat(((FieldCheck.Outcome.Bad) forged).errors())
        .containsExactly(Map.entry("owner", FieldError.of(Message.NOT_YOURS)));
    FieldCheck.Outcome before = FieldCheck.check(job, good, List.of(), Kept.NONE);
    assertThat(((FieldCheck.Outcome.Bad) before).errors())
        .containsExactly(
            Map.entry("account", FieldError.of(Message.NOT_OFFERED)),
            Map.entry("owner", FieldError.of(Message.MISSING)));
  }

  @Test
  void whatAKeepStepWritesIsReadStrictly() {
    assertThat(Kept.parse(Bytes.of("a\n\nb\tB\nc\t")))
        .containsExactly(
            new Field.Option("a", Texts.same("a")),
            new Field.Option("b", Texts.same("B")),
            new Field.Option("c", Texts.same("c")));
    assertThat(Kept.parse(Bytes.NONE)).isEmpty();
    assertThat(Kept.parse(bytes('a', 0xC0, 0xAF))).isNull();
    assertThat(Kept.parse(Bytes.of("a\u001b[2J\n"))).isNull();
    assertThat(Kept.parse(Bytes.of("a\n".repeat(1001)))).isNull();
    assertThat(Kept.parse(Bytes.of("a\n".repeat(1000)))).hasSize(1000);
  }

  @Test
  void oneFormOfAWizardIsJudgedAlone() throws BrigException {
    Job job =
        job(
            "{ name = \"a\", type = \"text\", label = \"A\" },"
                + "{ name = \"b\", type = \"decimal\", label = \"B\", min = 0, max = 9 }");
    assertThat(
            FieldCheck.checkSome(
                job, List.of("b"), Map.of("b", Bytes.of("1.5")), List.of(), Kept.NONE))
        .isEqualTo(
            new FieldCheck.Outcome.Good(Map.of("b", new Value.Decimal(new BigDecimal("1.5")))));
  }

  @Test
  void valuesHaveTheirTypes() throws BrigException {
    assertThat(judge("type='date'", Bytes.of("2026-01-31")))
        .isEqualTo(new Value.Date(LocalDate.of(2026, 1, 31)));
    assertThat(judge("type='secret'", Bytes.of("x")).toString()).doesNotContain("x");
    assertThat(judge("type='boolean'", Bytes.NONE)).isEqualTo(new Value.Truth(false));
  }

  @Test
  void theLanguageIsTheMostWishedThatIsSpoken() {
    List<String> spoken = List.of("en", "fr", "pt-BR");
    assertThat(Languages.choose(spoken, "")).isEqualTo("en");
    assertThat(Languages.choose(spoken, "fr")).isEqualTo("fr");
    assertThat(Languages.choose(spoken, "fr-CA,fr;q=0.9,en;q=0.8")).isEqualTo("fr");
    assertThat(Languages.choose(spoken, "de, FR;q=0.5, en;q=0.4")).isEqualTo("fr");
    assertThat(Languages.choose(spoken, "pt")).isEqualTo("pt-BR");
    assertThat(Languages.choose(spoken, "fr;q=0, *;q=0.1")).isEqualTo("en");
    assertThat(Languages.choose(spoken, ";;,q=,x;q=7;,fr;q=abc,-")).isEqualTo("en");
  }

  @Test
  void noInputMakesTheCheckThrow() throws BrigException {
    Job job =
        job(
            "{ name = \"a\", type = \"integer\", label = \"A\", min = 0, max = 9 },"
                + "{ name = \"b\", type = \"decimal\", label = \"B\", min = 0, max = 9 },"
                + "{ name = \"c\", type = \"date\", label = \"C\" },"
                + "{ name = \"d\", type = \"text\", label = \"D\" }");
    java.util.Random random = new java.util.Random(5);
    byte[] alphabet = "0123456789-.,+eE\r\n é\u0660".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] typed = new byte[random.nextInt(14)];
      for (int j = 0; j < typed.length; j++) {
        typed[j] = alphabet[random.nextInt(alphabet.length)];
      }
      Bytes value = Bytes.of(typed);
      FieldCheck.check(
          job, Map.of("a", value, "b", value, "c", value, "d", value), List.of(), Kept.NONE);
    }
  }
}
