package brig.hole.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrontTest {
  @TempDir Path directory;
  private PretendedListener listener;
  private Front front;
  private String cookie = "";
  private String language = "en";

  @BeforeEach
  void start() throws Exception {
    listener = new PretendedListener(directory.toString());
    front = new Front("/", listener);
    listener.programs.put(
        "login", (call, out) -> call.values().get("password").text().equals("secret") ? 0 : 1);
    listener.programs.put("logout", (call, out) -> 0);
    listener.programs.put(
        "accounts",
        (call, out) -> {
          out.write("4711\tTravel of " + call.user() + "\n4712\tBooks\n");
          return 0;
        });
    listener.programs.put(
        "report",
        (call, out) -> {
          out.write(
              call.values().get("account").text() + " in " + call.values().get("year").text());
          return 0;
        });
    listener.programs.put("ping", (call, out) -> 0);
  }

  @AfterEach
  void stop() {
    listener.close();
  }

  private FrontRequest request(
      String method, String address, Map<String, String> headers, byte[] body) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("host", "127.0.0.1:8080");
    all.put("accept-language", language);
    if (!cookie.isEmpty()) {
      all.put("cookie", cookie);
    }
    all.putAll(headers);
    int query = address.indexOf('?');
    return new FrontRequest(
        method,
        query < 0 ? address : address.substring(0, query),
        query < 0 ? "" : address.substring(query + 1),
        all,
        false,
        "192.0.2.7",
        new ByteArrayInputStream(body));
  }

  private FrontResponse answer(FrontRequest request) {
    FrontResponse response = front.answer(request);
    for (FrontResponse.Header header : response.headers()) {
      if (header.name().equals("Set-Cookie")) {
        assertThat(header.value()).contains("; HttpOnly", "SameSite=Lax", "Path=/");
        String pair = header.value().substring(0, header.value().indexOf(';'));
        String name = pair.substring(0, pair.indexOf('=') + 1);
        List<String> kept = new ArrayList<>();
        for (String old : cookie.split("; ")) {
          if (!old.isEmpty() && !old.startsWith(name)) {
            kept.add(old);
          }
        }
        kept.add(pair);
        cookie = String.join("; ", kept);
      }
    }
    return response;
  }

  private FrontResponse get(String address) {
    return answer(request("GET", address, Map.of(), new byte[0]));
  }

  private FrontResponse post(String address, Map<String, String> values) {
    return post(address, values, Map.of("origin", "http://127.0.0.1:8080"));
  }

  private FrontResponse post(
      String address, Map<String, String> values, Map<String, String> headers) {
    StringBuilder body = new StringBuilder();
    values.forEach(
        (name, value) ->
            body.append(body.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("content-type", "application/x-www-form-urlencoded");
    return answer(
        request("POST", address, all, body.toString().getBytes(StandardCharsets.US_ASCII)));
  }

  private static String text(FrontResponse response) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (response.content()) {
      case FrontResponse.Content.Whole(byte[] bytes) -> out.writeBytes(bytes);
      case FrontResponse.Content.Streamed(FrontResponse.Writer writer) -> writer.write(out);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String header(FrontResponse response, String name) {
    return response.headers().stream()
        .filter(header -> header.name().equals(name))
        .map(FrontResponse.Header::value)
        .findFirst()
        .orElse("");
  }

  private static String nonce(String html) {
    Matcher matcher = Pattern.compile("name=\"brig_nonce\" value=\"([^\"]+)\"").matcher(html);
    assertThat(matcher.find()).as(html).isTrue();
    return matcher.group(1);
  }

  private String form(String job) throws Exception {
    return nonce(text(get("/" + job)));
  }

  private void logIn() throws Exception {
    FrontResponse response =
        post(
            "/login",
            Map.of("username", "anne", "password", "secret", "brig_nonce", form("login")));
    assertThat(response.status()).isEqualTo(303);
    assertThat(header(response, "Location")).isEqualTo("/");
  }

  /** Sends a form and follows to the run's page, until it is over. */
  private String run(String job, Map<String, String> values) throws Exception {
    Map<String, String> all = new LinkedHashMap<>(values);
    all.put("brig_nonce", form(job));
    FrontResponse sent = post("/" + job, all);
    assertThat(sent.status()).as(text(sent)).isEqualTo(303);
    return header(sent, "Location");
  }

  @Test
  void theListOfJobsIsInTheVisitorsLanguage() throws Exception {
    assertThat(text(get("/"))).contains("Budget report").doesNotContain("Rapport");
    language = "fr-CA,fr;q=0.9,en;q=0.1";
    String french = text(get("/"));
    assertThat(french).contains("<html lang=\"fr\">", "Rapport budgétaire");
  }

  @Test
  void theLanguageIsSwitchedByALinkAndStaysSo() throws Exception {
    FrontResponse response = get("/login?brig_language=fr");
    assertThat(response.status()).isEqualTo(303);
    assertThat(header(response, "Location")).isEqualTo("/login");
    assertThat(text(get("/login"))).contains("Mot de passe", "lang=\"fr\"");
  }

  @Test
  void whoMustLogInIsLedThereAndBack() throws Exception {
    FrontResponse refused = get("/report");
    assertThat(refused.status()).isEqualTo(303);
    assertThat(header(refused, "Location")).isEqualTo("/login?then=report");
    FrontResponse sent =
        post(
            "/login?then=report",
            Map.of("username", "anne", "password", "secret", "brig_nonce", form("login")));
    assertThat(header(sent, "Location")).isEqualTo("/report");
    assertThat(text(get("/report"))).contains("Budget report");
  }

  @Test
  void theWayBackLeadsToNoOtherSite() throws Exception {
    FrontResponse sent =
        post(
            "/login?then=//evil.example/",
            Map.of("username", "anne", "password", "secret", "brig_nonce", form("login")));
    assertThat(header(sent, "Location")).isEqualTo("/");
  }

  @Test
  void aWrongPasswordIsToldAboveTheFormAndNotRepeated() throws Exception {
    FrontResponse sent =
        post(
            "/login",
            Map.of("username", "anne", "password", "gue\"ss", "brig_nonce", form("login")));
    String html = text(sent);
    assertThat(html).contains("Wrong name or password.", "value=\"anne\"").doesNotContain("gue");
    assertThat(cookie).isNotEmpty();
    assertThat(get("/report").status()).isEqualTo(303);
  }

  @Test
  void hostile27_theTokenChangesAtLoginAndTheOldOneIsWorthNothing() throws Exception {
    get("/login");
    String before = cookie;
    assertThat(before).startsWith("brig=");
    logIn();
    String after = cookie;
    assertThat(after).startsWith("brig=").isNotEqualTo(before);
    assertThat(get("/report").status()).isEqualTo(200);
    cookie = before;
    assertThat(get("/report").status()).isEqualTo(303);
  }

  @Test
  void hostile27_aFormOfAnotherSiteIsRefusedAndNothingRuns() throws Exception {
    logIn();
    String nonce = form("logout");
    listener.ran.clear();
    for (Map<String, String> headers :
        List.of(
            Map.of("origin", "https://evil.example"),
            Map.of("origin", "null"),
            Map.of("origin", "https://127.0.0.1:8080"),
            Map.of("origin", "http://127.0.0.1:8080.evil.example"),
            Map.of("referer", "http://evil.example/127.0.0.1:8080/"),
            Map.of("origin", "http://127.0.0.1:8080", "sec-fetch-site", "cross-site"),
            Map.<String, String>of())) {
      FrontResponse response = post("/logout", Map.of("brig_nonce", nonce), headers);
      assertThat(response.status()).as(headers.toString()).isEqualTo(403);
      assertThat(text(response)).contains("This did not come from a form of this site.");
    }
    assertThat(listener.ran).isEmpty();
    assertThat(post("/logout", Map.of("brig_nonce", nonce)).status()).isEqualTo(303);
  }

  @Test
  void hostile27_aFormWithoutANonceOrWithAnotherVisitorsIsShownAgainAndNotRun() throws Exception {
    String strangers = form("login");
    cookie = "";
    form("login");
    for (String nonce : List.of("", "x".repeat(48), strangers)) {
      FrontResponse response =
          post("/login", Map.of("username", "anne", "password", "secret", "brig_nonce", nonce));
      assertThat(response.status()).isEqualTo(422);
      assertThat(text(response)).contains("This form did not come from here", "value=\"anne\"");
    }
    assertThat(listener.ran).isEmpty();
  }

  @Test
  void hostile27_aReplayedFormRunsOnce() throws Exception {
    logIn();
    run("accounts", Map.of());
    String nonce = form("report");
    Map<String, String> values = Map.of("account", "4711", "year", "1999", "brig_nonce", nonce);
    listener.ran.clear();
    assertThat(post("/report", values).status()).isEqualTo(303);
    FrontResponse again = post("/report", values);
    assertThat(again.status()).isEqualTo(422);
    assertThat(text(again)).contains("This form was sent before.");
    assertThat(listener.ran).hasSize(1);
  }

  @Test
  void hostile27_aFormThatDoesNotSayWhenItWasShownIsShownAndRunsNothing() throws Exception {
    FrontResponse shown = post("/ping", Map.of("word", "typed elsewhere"));
    assertThat(shown.status()).isEqualTo(422);
    assertThat(text(shown)).contains("This form did not come from here", "typed elsewhere");
    assertThat(listener.ran).isEmpty();
  }

  @Test
  void hostile27_nothingIsDoneByGet() throws Exception {
    logIn();
    listener.ran.clear();
    String nonce = form("logout");
    get("/logout?brig_nonce=" + nonce);
    get("/login?username=anne&password=secret&brig_nonce=" + nonce);
    assertThat(listener.ran).isEmpty();
    assertThat(answer(request("PUT", "/logout", Map.of(), new byte[0])).status()).isEqualTo(405);
    assertThat(get("/report").status()).isEqualTo(200);
  }

  @Test
  void hostile28_whatAJobWritesIsTextAndSetsNoHeader() throws Exception {
    listener.programs.put(
        "ping",
        (call, out) -> {
          out.write("Set-Cookie: brig=evil\r\n\r\n<script>alert(1)</script></pre><b>&amp;");
          out.write("\u001b[2J\u202egnp\u0007");
          return 0;
        });
    String page = run("ping", Map.of("word", "x"));
    FrontResponse response = get(page);
    String html = text(response);
    assertThat(html)
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;&lt;/pre&gt;&lt;b&gt;&amp;amp;")
        .contains("\uFFFD[2J\uFFFDgnp\uFFFD")
        .doesNotContain("<script>", "\u001b", "\u202e");
    assertThat(header(response, "Set-Cookie")).isEmpty();
    FrontResponse plain = get(page + "/output");
    assertThat(text(plain)).contains("<script>").doesNotContain("\u001b", "\u202e", "\r");
    assertThat(header(plain, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(header(plain, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(plain, "Content-Security-Policy")).contains("default-src 'none'", "sandbox");
    String events = text(get(page + "/events"));
    assertThat(events).contains("event: output\n", "\\n").doesNotContain("\r", "\u001b");
  }

  @Test
  void hostile28_whatWasTypedIsShownAgainAsText() throws Exception {
    String typed = "\"><script>alert(1)</script>";
    FrontResponse response =
        post("/ping", Map.of("word", typed + "long enough", "brig_nonce", form("ping")));
    assertThat(response.status()).isEqualTo(422);
    assertThat(text(response))
        .contains("&quot;&gt;&lt;script&gt;", "At most 20 characters, please.", "aria-invalid")
        .doesNotContain("<script>");
  }

  @Test
  void noPageAllowsAScriptButOurOwnOrAFrameOfAnotherSite() throws Exception {
    FrontResponse response = get("/ping");
    String policy = header(response, "Content-Security-Policy");
    assertThat(policy)
        .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
        .contains("form-action 'self'")
        .doesNotContain("unsafe");
    Matcher hash = Pattern.compile("script-src '(sha256-[^']+)';").matcher(policy);
    assertThat(hash.find()).isTrue();
    assertThat(text(response)).contains("integrity=\"" + hash.group(1) + "\"");
    assertThat(text(get("/-/brig.js"))).contains("EventSource");
  }

  @Test
  void byTlsTheCookieIsBoundToTheHost() {
    FrontRequest plain = request("GET", "/login", Map.of(), new byte[0]);
    FrontRequest secure =
        new FrontRequest("GET", "/login", "", plain.headers(), true, "192.0.2.7", plain.body());
    FrontResponse response = front.answer(secure);
    assertThat(header(response, "Set-Cookie"))
        .startsWith("__Host-brig=")
        .endsWith("; Path=/; Secure; HttpOnly; SameSite=Lax")
        .doesNotContain("Domain");
    assertThat(header(response, "Strict-Transport-Security")).isNotEmpty();
  }

  @Test
  void whatOneJobFoundIsOfferedByAnotherAndCannotBeForged() throws Exception {
    logIn();
    assertThat(text(get("/report"))).contains("There is nothing to choose from yet.");
    String page = run("accounts", Map.of());
    assertThat(text(get(page))).contains("id=\"brig-next\"", "href=\"/report\"");
    assertThat(text(get("/report")))
        .contains("<option value=\"4711\">Travel of anne</option>", "<option value=\"4712\">Books");
    FrontResponse forged =
        post("/report", Map.of("account", "9999", "year", "1999", "brig_nonce", form("report")));
    assertThat(forged.status()).isEqualTo(422);
    String result = text(get(run("report", Map.of("account", "4712", "year", "1999"))));
    assertThat(result).contains("4712 in 1999", "data-state=\"done\"");
  }

  @Test
  void errorsStandBesideTheirFieldsAndWhatWasTypedIsKept() throws Exception {
    logIn();
    run("accounts", Map.of());
    language = "fr";
    FrontResponse response =
        post("/report", Map.of("account", "4711", "year", "1066", "brig_nonce", form("report")));
    String html = text(response);
    assertThat(html)
        .contains("aria-describedby=\"field-year-help field-year-error\"")
        .contains("<p id=\"field-year-error\" class=\"error\">Au moins 1990")
        .contains("<a href=\"#field-year\">")
        .contains("value=\"1066\"")
        .contains("<option value=\"4711\" selected>");
  }

  @Test
  void aWizardGoesForthAndBackAndKeepsWhatWasGiven() throws Exception {
    logIn();
    listener.programs.put(
        "wizard",
        (call, out) -> {
          out.write(
              call.values().get("first").text()
                  + call.values().get("second").text()
                  + call.values().get("third").text());
          return 0;
        });
    String one = text(get("/wizard"));
    assertThat(one)
        .contains("Step 1 of 3", "Page one")
        .doesNotContain("Page two", "value=\"back\"");
    String wrong = text(page(one, Map.of("first", "toolong", "brig_page", "0", "brig_go", "next")));
    assertThat(wrong).contains("Step 1 of 3", "At most 5 characters");
    String two = text(page(wrong, Map.of("first", "abc", "brig_page", "0", "brig_go", "next")));
    assertThat(two).contains("Step 2 of 3", "Page two").doesNotContain("name=\"first\"");
    String back = text(page(two, Map.of("second", "b", "brig_page", "1", "brig_go", "back")));
    assertThat(back).contains("Step 1 of 3", "value=\"abc\"");
    String forth = text(page(back, Map.of("first", "xyz", "brig_page", "0", "brig_go", "next")));
    assertThat(forth).contains("Step 2 of 3", "value=\"b\" checked");
    String three = text(page(forth, Map.of("second", "b", "brig_page", "1", "brig_go", "next")));
    assertThat(three).contains("Step 3 of 3").contains("value=\"send\"");
    FrontResponse sent = page(three, Map.of("third", "true", "brig_page", "2", "brig_go", "send"));
    assertThat(sent.status()).as(text(sent)).isEqualTo(303);
    assertThat(text(get(header(sent, "Location")))).contains("xyzbtrue");
    assertThat(text(get("/wizard"))).doesNotContain("xyz");
  }

  private FrontResponse page(String before, Map<String, String> values) {
    Map<String, String> all = new LinkedHashMap<>(values);
    all.put("brig_nonce", nonce(before));
    return post("/wizard", all);
  }

  @Test
  void aForgedPageOfAWizardHoldsNothing() throws Exception {
    logIn();
    post("/wizard", Map.of("first", "evil", "brig_page", "0", "brig_go", "next"));
    assertThat(text(get("/wizard"))).contains("Step 1 of 3").doesNotContain("evil");
  }

  @Test
  void outputIsSeenWhileTheJobRunsAndCancelEndsIt() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    listener.programs.put(
        "slow",
        (call, out) -> {
          out.write("first line\n");
          assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
          out.write("second line\n");
          while (!out.isCancelled()) {
            Thread.sleep(5);
          }
          return 1;
        });
    String page = run("slow", Map.of());
    String html = text(get(page));
    assertThat(html)
        .contains("first line", "data-state=\"going\"", "data-events=", "action=\"" + page)
        .contains("<noscript><iframe src=\"" + page + "/output\"")
        .doesNotContain("second line");
    seen.countDown();
    FrontResponse cancelled = post(page + "/cancel", Map.of());
    assertThat(cancelled.status()).isEqualTo(303);
    assertThat(text(get(page))).contains("second line", "data-state=\"cancelled\"", "Cancelled");
  }

  @Test
  void eventsGoOnWhereThePageEnded() throws Exception {
    listener.programs.put(
        "slow",
        (call, out) -> {
          out.write("one\ntwo\n");
          return 0;
        });
    String page = run("slow", Map.of());
    assertThat(text(get(page + "/events?from=4")))
        .contains("event: output\nid: 8\ndata: \"two\\n\"\n\n", "event: end\n");
    FrontResponse resumed =
        answer(request("GET", page + "/events?from=0", Map.of("last-event-id", "8"), new byte[0]));
    assertThat(text(resumed)).doesNotContain("event: output").contains("event: end");
  }

  @Test
  void aRunIsSeenAndCancelledByWhoStartedItAlone() throws Exception {
    listener.programs.put("slow", (call, out) -> 0);
    String page = run("slow", Map.of());
    cookie = "";
    get("/login");
    assertThat(get(page).status()).isEqualTo(404);
    assertThat(get(page + "/output").status()).isEqualTo(404);
    assertThat(post(page + "/cancel", Map.of()).status()).isEqualTo(404);
  }

  @Test
  void aFileIsSentWholeWithItsField() throws Exception {
    listener.programs.put(
        "ping",
        (call, out) -> {
          out.write(call.values().get("word").text() + ": ");
          out.write(
              new String(
                  ((brig.hole.job.Value.Upload) call.values().get("note")).bytes().array(),
                  StandardCharsets.UTF_8));
          return 0;
        });
    String body =
        "--B\r\nContent-Disposition: form-data; name=\"brig_nonce\"\r\n\r\n"
            + form("ping")
            + "\r\n--B\r\nContent-Disposition: form-data; name=\"word\"\r\n\r\nhé"
            + "\r\n--B\r\nContent-Disposition: form-data; name=\"note\"; filename=\"../n\"\r\n"
            + "Content-Type: text/plain\r\n\r\nline\r\n-- B\n--B\r\n--B--\r\n";
    FrontResponse sent =
        answer(
            request(
                "POST",
                "/ping",
                Map.of(
                    "origin",
                    "http://127.0.0.1:8080",
                    "content-type",
                    "multipart/form-data; boundary=B"),
                body.getBytes(StandardCharsets.UTF_8)));
    assertThat(sent.status()).as(text(sent)).isEqualTo(303);
    assertThat(text(get(header(sent, "Location")))).contains("hé: line\n", "-- B\n--B");
  }

  @Test
  void bodiesThatAreNoFormAreRefused() {
    Map<String, String> origin = Map.of("origin", "http://127.0.0.1:8080");
    for (String body : List.of("a=%", "a=%zz", "a=1&a=2", "A=1", "a%00=1", "x".repeat(41) + "=1")) {
      Map<String, String> headers = new LinkedHashMap<>(origin);
      headers.put("content-type", "application/x-www-form-urlencoded");
      FrontResponse response =
          answer(request("POST", "/ping", headers, body.getBytes(StandardCharsets.ISO_8859_1)));
      assertThat(response.status()).as(body).isEqualTo(400);
    }
    Map<String, String> json = new LinkedHashMap<>(origin);
    json.put("content-type", "application/json");
    assertThat(answer(request("POST", "/ping", json, new byte[2])).status()).isEqualTo(415);
    Map<String, String> big = new LinkedHashMap<>(origin);
    big.put("content-type", "application/x-www-form-urlencoded");
    assertThat(answer(request("POST", "/ping", big, new byte[9 << 20])).status()).isEqualTo(413);
  }

  @Test
  void whatIsNoPageIsNotFound() {
    for (String path :
        List.of("/nosuchjob", "/../etc/passwd", "/-/x/output", "/LOGIN", "/-/", "/login/x")) {
      assertThat(get(path).status()).as(path).isEqualTo(404);
    }
  }
}
