package brig.cli.hole;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.hole.front.BudgetHole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Debian's Chromium, forms from the jailed process, the listener, and programs that run: nothing is
 * pretended.
 */
@Tag("service")
class BrowserTest {
  private static final String SITE = "http://127.0.0.1:8080";
  private static final String REPORT =
      "echo \"first line: $1 in $2\"; while [ ! -e PLACE/go ]; do sleep 0.05; done; echo last";
  private static final String HOSTILE =
      """
      [jobs.apply]
      title = { en = "Apply", fr = "Candidature" }
      fields = [
        { name = "word", type = "secret", label = { en = "Word", fr = "Mot" } },
        { name = "age", type = "integer", label = { en = "Age", fr = "Âge" }, min = 1, max = 99 },
        { name = "letter", type = "file", label = { en = "Letter", fr = "Lettre" }, max = "1M" },
        { name = "photo", type = "file", label = { en = "Photo", fr = "Photo" }, max = "1M", required = false },
        { name = "name", type = "text", label = { en = "Name", fr = "Nom" } },
      ]
      pages = [
        { title = { en = "Who", fr = "Qui" }, fields = ["word", "age"] },
        { title = { en = "What", fr = "Quoi" }, fields = ["letter", "photo"] },
        { title = { en = "Last", fr = "Fin" }, fields = ["name"] },
      ]
      [[jobs.apply.steps]]
      role = "output"
      command = ["/bin/cat"]
      input = { raw = "letter" }
      [[jobs.apply.steps]]
      role = "output"
      command = ["/usr/bin/wc", "-c"]
      input = { raw = "photo" }
      [[jobs.apply.steps]]
      role = "output"
      command = ["PLACE/apply", "{name}", "{age}"]
      input = { lines = ["word"] }

      [jobs.hostile]
      title = { en = "Hostile output", fr = "Sortie hostile" }
      [[jobs.hostile.steps]]
      role = "output"
      command = ["PLACE/hostile"]
      """;

  @TempDir static Path directory;
  private static Installation machine;
  private static Process serving;
  private static Browser browser;
  private static Path place;
  private static Path hole;

  @BeforeAll
  static void serve() throws Exception {
    machine = new Installation();
    place = Files.createDirectory(machine.home().resolve("programs"));
    program("check", "read -r name; read -r word; [ \"$word\" = secret ]");
    program("accounts", "printf '4711\\tTravel of %s\\n4712\\tBooks\\n' \"$1\"");
    program("report", REPORT);
    program("apply", "read -r word; echo \"$1 is $2 and says: $word\"");
    program(
        "hostile",
        "printf 'Set-Cookie: brig=evil\\r\\n\\r\\n<script>document.title=\"stolen\"</script>"
            + "</pre><img src=x onerror=\"document.title=1\">\\033[2J'");
    hole = machine.home().resolve("budget.hole.toml");
    Files.writeString(hole, text());
    Path doors = Files.createDirectory(machine.home().resolve("doors"));
    serving =
        machine.startBrig(
            "hole", "serve", hole.toString(), "--at", doors.toString(), "--http", "127.0.0.1:8080");
    Installation.readUntil(serving, "forms are shown on " + SITE);
    browser = Browser.start(directory, "en-US,en", machine::start);
  }

  @BeforeEach
  void asNew() throws IOException {
    browser.scripts(true);
    browser.forgetCookies();
    Files.deleteIfExists(place.resolve("go"));
    program("report", REPORT);
  }

  private static String text() {
    return BudgetHole.text(place.toString()) + HOSTILE.replace("PLACE", place.toString());
  }

  private static void program(String name, String text) throws IOException {
    Path file = place.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + text.replace("PLACE", place.toString()) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterAll
  static void end() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (serving != null) {
      serving.destroy();
      if (!serving.waitFor(30, TimeUnit.SECONDS)) {
        serving.destroyForcibly();
      }
    }
    machine.close();
  }

  private void logIn() throws Exception {
    logIn("anne");
  }

  private void logIn(String user) throws Exception {
    browser.open(SITE + "/login");
    browser.fill("username", user);
    browser.fill("password", "secret");
    browser.go("button[value=send]");
  }

  private String state() throws IOException {
    return String.valueOf(browser.value("document.getElementById('brig-state').dataset.state"));
  }

  @Test
  void aVisitorLogsInChainsTwoFormsAndWatchesAReport() throws Exception {
    browser.open(SITE + "/report");
    assertThat(browser.value("location.pathname + location.search"))
        .isEqualTo("/login?then=report");
    browser.fill("username", "anne");
    browser.fill("password", "guess");
    browser.go("button[value=send]");
    assertThat(browser.text()).contains("Wrong name or password.");
    assertThat(browser.value("document.querySelector('[name=password]').value")).isEqualTo("");
    assertThat(browser.value("document.querySelector('[name=username]').value")).isEqualTo("anne");
    browser.fill("password", "secret");
    browser.go("button[value=send]");
    assertThat(browser.value("location.pathname")).isEqualTo("/report");
    assertThat(browser.value("document.cookie")).as("no script sees the token").isEqualTo("");

    browser.open(SITE + "/accounts");
    browser.go("button[value=send]");
    assertThat(browser.text()).contains("Done", "Go on with:");
    browser.go("#brig-next a");
    assertThat(browser.text()).contains("Travel of anne");
    browser.fill("account", "4712");
    browser.fill("year", "1066");
    browser.go("button[value=send]");
    assertThat(browser.text()).contains("At least 1990, please.");
    assertThat(browser.value("document.querySelector('[name=year]').getAttribute('aria-invalid')"))
        .isEqualTo("true");
    browser.waitFor("document.activeElement.id == 'brig-errors'");
    browser.fill("year", "1999");
    browser.go("button[value=send]");
    browser.waitForText("first line: 4712 in 1999");
    assertThat(state()).isEqualTo("going");
    Files.createFile(place.resolve("go"));
    browser.waitFor("document.getElementById('brig-state').dataset.state == 'done'");
    assertThat(browser.text()).contains("first line: 4712 in 1999", "last", "Done");
  }

  @Test
  void outputComesLiveByServerSentEventsAndAReportIsCancelled() throws Exception {
    program(
        "report",
        "echo one; while [ ! -e PLACE/go ]; do sleep 0.05; done; echo two; exec sleep 1000");
    logIn();
    browser.open(SITE + "/accounts");
    browser.go("button[value=send]");
    browser.open(SITE + "/report");
    browser.fill("account", "4711");
    browser.go("button[value=send]");
    browser.waitForText("one");
    assertThat(browser.text()).doesNotContain("two");
    browser.value("window.notLoadedAnew = true");
    Files.createFile(place.resolve("go"));
    browser.waitForText("two");
    assertThat(browser.value("window.notLoadedAnew")).isEqualTo(true);
    assertThat(state()).isEqualTo("going");
    browser.go("#brig-cancel");
    browser.waitFor("document.getElementById('brig-state').dataset.state == 'cancelled'");
    assertThat(browser.text()).contains("Cancelled", "one\ntwo");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWizardGoesForthAndBackWithAFileAndASecret(boolean scripts) throws Exception {
    String given = "This was given already. Leave it empty to keep that.";
    Path letter = Files.writeString(directory.resolve("letter.txt"), "Dear all,\nyours.\n");
    browser.scripts(scripts);
    browser.open(SITE + "/apply");
    browser.fill("word", "open sesame");
    browser.fill("age", "400");
    browser.go("button[value=next]");
    assertThat(browser.text()).contains("Step 1 of 3", "At most 99, please.", given);
    assertThat(browser.value("document.querySelector('[name=word]').value")).isEqualTo("");
    browser.fill("age", "40");
    browser.go("button[value=next]");
    assertThat(browser.text()).contains("Step 2 of 3").doesNotContain(given);
    browser.choose("letter", letter);
    browser.choose("photo", letter);
    browser.go("button[value=back]");
    assertThat(browser.text()).contains("Step 1 of 3", given);
    assertThat(browser.value("document.querySelector('[name=age]').value")).isEqualTo("40");
    assertThat(browser.value("document.documentElement.outerHTML.includes('sesame')"))
        .isEqualTo(false);
    browser.go("button[value=next]");
    assertThat(browser.text()).contains("Step 2 of 3", given, "Take it back");
    assertThat(browser.value("document.querySelectorAll('[name^=brig_drop]').length")).isEqualTo(1);
    browser.value("document.querySelector('[name=brig_drop_3]').checked = true");
    browser.go("button[value=next]");
    assertThat(browser.text()).contains("Step 3 of 3");
    browser.go("a[hreflang=fr]");
    assertThat(browser.text()).contains("Étape 1 sur 3", "Ceci a déjà été donné.");
    browser.go("button[value=next]");
    browser.go("button[value=next]");
    assertThat(browser.text()).contains("Étape 3 sur 3");
    browser.go("button[value=send]");
    assertThat(browser.text()).contains("Étape 3 sur 3", "Veuillez remplir ce champ.");
    browser.fill("name", "Anne");
    browser.go("button[value=send]");
    browser.waitFor("document.getElementById('brig-state').dataset.state == 'done'");
    assertThat(browser.value("document.getElementById('brig-output').textContent"))
        .isEqualTo("Dear all,\nyours.\n0\nAnne is 40 and says: open sesame\n");
    browser.open(SITE + "/apply");
    assertThat(browser.text()).doesNotContain("Ceci a déjà été donné.");
  }

  @Test
  void theLanguageIsSwitched() throws Exception {
    browser.open(SITE + "/");
    assertThat(browser.text()).contains("Budget report");
    browser.go("a[hreflang=fr]");
    assertThat(browser.text()).contains("Rapport budgétaire");
    assertThat(browser.value("document.documentElement.lang")).isEqualTo("fr");
    browser.go("a[href='./login']");
    assertThat(browser.text()).contains("Mot de passe");
  }

  @Test
  void hostile27_anotherSitesFormIsRefusedAlthoughTheBrowserSendsTheCookie() throws Exception {
    logIn();
    // The same host and another port is the same site: SameSite does not keep the cookie back.
    Path page = directory.resolve("index.html");
    Files.writeString(
        page,
        "<form method=post action='"
            + SITE
            + "/logout'><input name=brig_nonce value=x><button>win</button></form>");
    Process evil =
        machine.start(
            List.of(
                "python3",
                "-u",
                "-m",
                "http.server",
                "8081",
                "--bind",
                "127.0.0.1",
                "--directory",
                directory.toString()));
    try {
      Installation.readUntil(evil, "Serving HTTP");
      browser.open("http://127.0.0.1:8081/index.html");
      browser.go("button");
      assertThat(browser.value("location.href")).isEqualTo(SITE + "/logout");
      assertThat(browser.text()).contains("This did not come from a form of this site.");
      browser.open(SITE + "/logout");
      assertThat(browser.value("location.pathname")).as("logged in still").isEqualTo("/logout");
      browser.go("button[value=send]");
      browser.open(SITE + "/report");
      assertThat(browser.value("location.pathname")).as("logged out").isEqualTo("/login");
    } finally {
      evil.destroyForcibly().waitFor();
    }
  }

  @Test
  void hostile28_whatAProgramWritesIsSeenAndDoesNothing() throws Exception {
    browser.open(SITE + "/hostile");
    browser.go("button[value=send]");
    browser.waitFor("document.getElementById('brig-state').dataset.state == 'done'");
    assertThat(browser.text())
        .contains("Set-Cookie: brig=evil", "<script>document.title=", "<img src=x onerror=");
    assertThat(browser.value("document.title")).isEqualTo("Hostile output");
    assertThat(browser.value("document.querySelectorAll('img').length")).isEqualTo(0);
  }

  @Test
  void withoutScriptsTheSameWorks() throws Exception {
    browser.scripts(false);
    logIn();
    browser.open(SITE + "/accounts");
    browser.go("button[value=send]");
    assertThat(browser.text()).contains("Done");
    browser.go("#brig-next a");
    browser.fill("account", "4711");
    browser.go("button[value=send]");
    assertThat(browser.text()).contains("Running");
    assertThat(browser.value("document.querySelector('noscript iframe').src"))
        .asString()
        .endsWith("/output");
    browser.go("#brig-cancel");
    assertThat(browser.text()).contains("Cancelled", "first line: 4711 in 2026");
  }

  @Test
  void administratorsSeeWhoIsLoggedInAndEndIt() throws Exception {
    logIn("bob");
    Installation.Result listed = machine.brig("hole", "sessions", hole.toString());
    assertThat(listed.output()).contains("HOLE", "budget", "bob", "127.0.0.1");
    Installation.Result ended =
        machine.brig("hole", "sessions", hole.toString(), "--end-user", "bob");
    assertThat(ended.output()).isEqualTo("sessions ended: 1\n");
    assertThat(ended.status()).isZero();
    browser.open(SITE + "/report");
    assertThat(browser.value("location.pathname")).isEqualTo("/login");
    Installation.Result disabled =
        machine.brig("hole", "sessions", hole.toString(), "--disable", "bob");
    assertThat(disabled.output()).contains("bob may not log in any more");
    logIn("bob");
    assertThat(browser.text()).contains("This account is closed.");
  }

  @Test
  void withoutAListenerTheFileIsChanged() throws Exception {
    Path other = machine.home().resolve("other.hole.toml");
    Files.writeString(other, text());
    assertThat(machine.brig("hole", "sessions", other.toString(), "--enable", "zoe").output())
        .isEqualTo("zoe may log in again\n");
    Installation.Result none =
        machine.brig("hole", "sessions", other.toString(), "--end", "nosuch");
    assertThat(none.output()).isEqualTo("sessions ended: 0\n");
    assertThat(none.status()).isEqualTo(1);
    assertThat(machine.brig("hole", "sessions", other.toString(), "--json").output())
        .isEqualTo("{\n  \"sessions\" : [ ]\n}\n");
  }
}
