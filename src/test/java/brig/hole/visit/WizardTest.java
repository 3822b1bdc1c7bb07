package brig.hole.visit;

import static org.assertj.core.api.Assertions.assertThat;

import brig.hole.job.Hole;
import brig.hole.job.JobsFile;
import brig.hole.job.Value;
import brig.hole.session.FileStore;
import brig.hole.session.SessionLimits;
import brig.hole.wire.Bytes;
import brig.hole.wire.Description;
import brig.hole.wire.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets and files that earlier pages of a wizard gave. */
class WizardTest {
  private static final String HOLE =
      """
      callers = ["33"]
      user = "nobody"
      [jobs.apply]
      title = "Apply"
      [[jobs.apply.fields]]
      name = "word"
      type = "secret"
      label = "Word"
      [[jobs.apply.fields]]
      name = "age"
      type = "integer"
      label = "Age"
      min = 1
      max = 99
      [[jobs.apply.fields]]
      name = "letter"
      type = "file"
      label = "Letter"
      max = "8M"
      [[jobs.apply.fields]]
      name = "photo"
      type = "file"
      label = "Photo"
      required = false
      max = "8M"
      [[jobs.apply.fields]]
      name = "name"
      type = "text"
      label = "Name"
      [[jobs.apply.pages]]
      title = "Who"
      fields = ["word", "age"]
      [[jobs.apply.pages]]
      title = "What"
      fields = ["letter", "photo"]
      [[jobs.apply.pages]]
      title = "Last"
      fields = ["name"]
      [[jobs.apply.steps]]
      command = ["/bin/cat"]
      input = { raw = "letter" }
      """;

  @TempDir Path directory;
  private Hole hole;
  private FileStore store;
  private Visits visits;
  private @Nullable String token;
  private String html = "";

  @BeforeEach
  void open() throws Exception {
    hole = JobsFile.read("t", "t.hole.toml", HOLE.getBytes(StandardCharsets.UTF_8));
    store = FileStore.open(directory + "/sessions", InstantSource.system());
    visits = new Visits(store, SessionLimits.USUAL);
    describe(Map.of(), Map.of(), Description.HTML);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Request request(
      Map<String, String> values, Map<String, String> files, @Nullable Description as) {
    Map<String, Bytes> all = new LinkedHashMap<>();
    values.forEach((name, value) -> all.put(name, Bytes.of(value)));
    Matcher nonce = Pattern.compile("name=\"brig_nonce\" value=\"([^\"]+)\"").matcher(html);
    if (nonce.find()) {
      all.put("brig_nonce", Bytes.of(nonce.group(1)));
    }
    List<Request.Section> sections =
        files.entrySet().stream()
            .map(file -> new Request.Section(file.getKey(), Bytes.of(file.getValue())))
            .toList();
    return new Request("apply", token, "en", all, sections, as);
  }

  private void describe(Map<String, String> values, Map<String, String> files, Description as)
      throws Exception {
    Described described = visits.describe(hole, request(values, files, as));
    html = described.html();
    token = described.token() == null ? token : described.token();
  }

  private void page(String go, int page, Map<String, String> values, Map<String, String> files)
      throws Exception {
    describe(sent(go, page, values), files, Description.HTML_CHECKED);
  }

  private static Map<String, String> sent(String go, int page, Map<String, String> values) {
    Map<String, String> all = new LinkedHashMap<>(values);
    all.put("brig_go", go);
    all.put("brig_page", Integer.toString(page));
    return all;
  }

  private Admission send(Map<String, String> values) throws Exception {
    return visits.admit(
        hole, hole.job("apply"), request(sent("send", 2, values), Map.of(), null), "t");
  }

  private Map<String, Value> granted(Map<String, String> values) throws Exception {
    Admission admission = send(values);
    assertThat(admission).isInstanceOf(Admission.Granted.class);
    return ((Admission.Granted) admission).values();
  }

  private void throughTwoPages() throws Exception {
    page("next", 0, Map.of("word", "open sesame", "age", "40"), Map.of());
    page("next", 1, Map.of(), Map.of("letter", "Dear all", "photo", "pixels"));
    assertThat(html).contains("Step 3 of 3");
  }

  @Test
  void theyReachTheJobAndWereNeverSentBackNorWrittenDown() throws Exception {
    page("next", 0, Map.of("word", "open sesame", "age", "40"), Map.of());
    assertThat(html).contains("Step 2 of 3").doesNotContain("open sesame");
    page("back", 1, Map.of(), Map.of("letter", "Dear all"));
    assertThat(html)
        .contains("Step 1 of 3", "This was given already.", "value=\"40\"")
        .doesNotContain("open sesame");
    page("next", 0, Map.of("word", "", "age", "41"), Map.of());
    assertThat(html).contains("Step 2 of 3", "This was given already.").doesNotContain("Dear all");
    page("next", 1, Map.of(), Map.of("photo", "pixels"));
    assertThat(html).contains("Step 3 of 3");
    Map<String, Value> values = granted(Map.of("name", "Anne"));
    assertThat(values.get("word")).isEqualTo(new Value.Secret("open sesame"));
    assertThat(values.get("age").text()).isEqualTo("41");
    assertThat(((Value.Upload) values.get("letter")).bytes().utf8()).isEqualTo("Dear all");
    assertThat(((Value.Upload) values.get("photo")).bytes().utf8()).isEqualTo("pixels");
    assertThat(Files.readString(directory.resolve("sessions"), StandardCharsets.ISO_8859_1))
        .contains("given:apply:word")
        .doesNotContain("open sesame", "Dear all", "pixels");
  }

  @Test
  void anotherOneTakesThePlaceOfWhatWasGiven() throws Exception {
    throughTwoPages();
    page("back", 2, Map.of("name", "Anne"), Map.of());
    page("next", 1, Map.of(), Map.of("letter", "Dear nobody"));
    assertThat(html).contains("value=\"Anne\"");
    assertThat(((Value.Upload) granted(Map.of("name", "Anne")).get("letter")).bytes().utf8())
        .isEqualTo("Dear nobody");
  }

  @Test
  void whatNeedNotBeGivenIsTakenBack() throws Exception {
    throughTwoPages();
    page("back", 2, Map.of(), Map.of());
    assertThat(html).contains("name=\"brig_drop_3\"").doesNotContain("name=\"brig_drop_2\"");
    page("next", 1, Map.of("brig_drop_3", "yes"), Map.of());
    assertThat(granted(Map.of("name", "Anne")).get("photo")).isEqualTo(new Value.Absent());
  }

  @Test
  void whatIsNotKeptAnyMoreIsAskedForAgainOnItsPage() throws Exception {
    throughTwoPages();
    visits = new Visits(store, SessionLimits.USUAL); // as after a restart
    Admission admission = send(Map.of("name", "Anne"));
    String again = "This was given a while ago and is not kept any more. Please give it again.";
    assertThat(((Admission.Denied) admission).wrong())
        .containsOnlyKeys("word", "letter", "photo")
        .containsEntry("word", again);
    page("send", 2, Map.of("name", "Anne"), Map.of());
    assertThat(html).contains("Step 1 of 3", again).doesNotContain("given already");
    page("next", 0, Map.of("word", "sesame", "age", "40"), Map.of());
    page("next", 1, Map.of(), Map.of("letter", "Dear all"));
    Map<String, Value> values = granted(Map.of("name", "Anne"));
    assertThat(values.get("word")).isEqualTo(new Value.Secret("sesame"));
    assertThat(values.get("photo")).isEqualTo(new Value.Absent());
  }

  @Test
  void aWrongValueBesideItCostsNobodyTheSecret() throws Exception {
    page("next", 0, Map.of("word", "open sesame", "age", "400"), Map.of());
    assertThat(html).contains("Step 1 of 3", "At most 99, please.", "This was given already.");
    page("next", 0, Map.of("word", "", "age", "40"), Map.of());
    page("next", 1, Map.of(), Map.of("letter", "Dear all"));
    assertThat(granted(Map.of("name", "Anne")).get("word"))
        .isEqualTo(new Value.Secret("open sesame"));
  }

  @Test
  void filesThatAreTooLargeTogetherAreToldAtOnce() throws Exception {
    String large = "x".repeat(5 << 20);
    page("next", 0, Map.of("word", "open sesame", "age", "40"), Map.of());
    page("next", 1, Map.of(), Map.of("letter", large, "photo", large));
    assertThat(html)
        .contains(
            "Step 2 of 3", "What was given is too large together. Please choose smaller files.");
  }

  @Test
  void anotherVisitorsPageHoldsNothing() throws Exception {
    throughTwoPages();
    token = null;
    html = "";
    assertThat(send(Map.of("name", "Anne"))).isInstanceOf(Admission.Denied.class);
  }

  @Test
  void aButtonThatLeadsToAnotherPageRunsNothingEvenWhenAllIsGiven() throws Exception {
    throughTwoPages();
    for (String go : List.of("next", "back")) {
      Request request = request(sent(go, 2, Map.of("name", "Anne")), Map.of(), null);
      Admission admission = visits.admit(hole, hole.job("apply"), request, "t");
      assertThat(((Admission.Denied) admission).end().reason().word()).isEqualTo("invalid");
    }
    assertThat(granted(Map.of("name", "Anne"))).containsKey("letter");
  }

  @Test
  void whatWasSentIsForgotten() throws Exception {
    throughTwoPages();
    Admission.Granted granted = (Admission.Granted) send(Map.of("name", "Anne"));
    visits.done(hole, hole.job("apply"), granted.pass(), "", null);
    describe(Map.of(), Map.of(), Description.HTML);
    assertThat(html).doesNotContain("given already").doesNotContain("value=\"40\"");
  }
}
