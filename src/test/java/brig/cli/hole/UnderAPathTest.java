package brig.cli.hole;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.hole.front.BudgetHole;
import brig.linux.Fd;
import brig.linux.ProcessStatus;
import brig.linux.ThreadStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Forms of a hole below a path of {@code brig serve}: its jailed worker, the listener outside, and
 * programs that run, seen by Debian's Chromium and by curl.
 */
@Tag("service")
class UnderAPathTest {
  private static final String SITE = "http://127.0.0.1:8080/budget";
  private static final String SECURE = "https://127.0.0.1:8443/budget";
  private static final String COUNT =
      """
      [jobs.count]
      title = "Count bytes"
      [[jobs.count.fields]]
      name = "upload"
      label = "File"
      type = "file"
      max = 8000000
      [[jobs.count.steps]]
      role = "output"
      command = ["/usr/bin/wc", "-c"]
      input = { raw = "upload" }
      limits = { memory = "512M" }
      """;

  @TempDir static Path directory;
  private static Installation machine;
  private static Process listener;
  private static Process server;
  private static Browser browser;
  private static Path place;
  private static Path site;
  private static Path doors;

  @BeforeAll
  static void serve() throws Exception {
    machine = new Installation();
    Path home = machine.home();
    place = Files.createDirectory(home.resolve("programs"));
    program("check", "read -r name; read -r word; [ \"$word\" = secret ]");
    program("accounts", "printf '4711\\tTravel of %s\\n4712\\tBooks\\n' \"$1\"");
    Path hole = home.resolve("budget.hole.toml");
    Files.writeString(hole, BudgetHole.text(place.toString()) + COUNT);
    // Longer than the address of a socket can be.
    doors = Files.createDirectories(home.resolve("d".repeat(120)));
    listener = machine.startBrig("hole", "serve", hole.toString(), "--at", doors.toString());
    Installation.readUntil(listener, "is open in");
    site = Files.createDirectory(home.resolve("site"));
    Files.writeString(site.resolve("index.html"), "the page\n");
    certificate(home);
    Files.writeString(
        home.resolve("web.toml"),
        """
        listen = ["127.0.0.1:8080"]
        listen_tls = ["127.0.0.1:8443"]
        root = "site"
        user = "www-data"
        tls = { certificate = "cert.pem", key = "key.pem" }
        [[location]]
        path = "/budget/"
        hole = "%s"
        [[location]]
        path = "/closed/"
        hole = "site"
        """
            .formatted(doors));
    server = machine.startBrig("serve", home.resolve("web.toml").toString());
    Installation.readUntil(server, ", jail ");
    browser = Browser.start(directory, "en-US,en", machine::start);
  }

  private static void certificate(Path home) throws Exception {
    String line =
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "
            + home.resolve("key.pem")
            + " -out "
            + home.resolve("cert.pem");
    assertThat(machine.run(List.of(line.split(" ", -1))).status()).isZero();
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
    for (Process process : new Process[] {server, listener}) {
      if (process != null) {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
    }
    machine.close();
  }

  @BeforeEach
  void asNew() throws IOException {
    browser.forgetCookies();
    Files.deleteIfExists(place.resolve("go"));
    Files.deleteIfExists(directory.resolve("cookies"));
    program(
        "report",
        "echo \"first line: $1 in $2\"; while [ ! -e PLACE/go ]; do sleep 0.05; done; echo last;"
            + " [ \"$2\" != 1999 ] || exec sleep 1000");
  }

  private static String curl(String... arguments) throws Exception {
    String cookies = directory.resolve("cookies").toString();
    List<String> line =
        new ArrayList<>(List.of("curl", "-ksS", "-m", "60", "-b", cookies, "-c", cookies));
    line.addAll(List.of(arguments));
    return machine.run(line).output();
  }

  private static String nonce(String page) {
    Matcher nonce = Pattern.compile("name=\"brig_nonce\" value=\"([^\"]*)\"").matcher(page);
    assertThat(nonce.find()).as(page).isTrue();
    return nonce.group(1);
  }

  private static String state() throws IOException {
    return String.valueOf(browser.value("document.getElementById('brig-state').dataset.state"));
  }

  @Test
  void aVisitorLogsInChainsFormsWatchesAReportAndCancelsOne() throws Exception {
    browser.open(SITE + "/report");
    assertThat(browser.value("location.pathname + location.search"))
        .isEqualTo("/budget/login?then=report");
    browser.fill("username", "anne");
    browser.fill("password", "guess");
    browser.go("button[value=send]");
    assertThat(browser.text()).contains("Wrong name or password.");
    browser.fill("password", "secret");
    browser.go("button[value=send]");
    assertThat(browser.value("location.pathname")).isEqualTo("/budget/report");
    assertThat(browser.value("document.cookie")).as("no script sees the token").isEqualTo("");

    browser.open(SITE + "/accounts");
    browser.go("button[value=send]");
    browser.go("#brig-next a");
    assertThat(browser.text()).contains("Travel of anne");
    browser.fill("account", "4712");
    browser.fill("year", "1066");
    browser.go("button[value=send]");
    assertThat(browser.text()).contains("At least 1990, please.");
    browser.fill("year", "2000");
    browser.go("button[value=send]");
    browser.waitForText("first line: 4712 in 2000");
    assertThat(state()).isEqualTo("going");
    Files.createFile(place.resolve("go"));
    browser.waitFor("document.getElementById('brig-state').dataset.state == 'done'");
    assertThat(browser.text()).contains("first line: 4712 in 2000", "last", "Done");

    Files.delete(place.resolve("go"));
    browser.open(SITE + "/report");
    browser.fill("account", "4711");
    browser.fill("year", "1999");
    browser.go("button[value=send]");
    browser.waitForText("first line: 4711 in 1999");
    browser.value("window.notLoadedAnew = true");
    Files.createFile(place.resolve("go"));
    browser.waitForText("last");
    assertThat(browser.value("window.notLoadedAnew")).isEqualTo(true);
    browser.go("#brig-cancel");
    browser.waitFor("document.getElementById('brig-state').dataset.state == 'cancelled'");

    browser.open(SITE + "/login");
    browser.go("a[hreflang=fr]");
    assertThat(browser.text()).contains("Mot de passe");
    assertThat(browser.value("location.pathname")).isEqualTo("/budget/login");
  }

  @Test
  void theListenerIsToldTheWorkersUserAndTheJailHoldsTheSiteAlone() throws Exception {
    assertThat(curl(SITE + "/")).contains("Count bytes", "Budget report");
    assertThat(curl("-d", "upload=x", "-H", "Origin: http://127.0.0.1:8080", SITE + "/none"))
        .contains("This is not available to you.");
    String log = Files.readString(machine.home().resolve("lib/holes/budget.log"));
    int worker = worker();
    ProcessStatus parent = ProcessStatus.of((int) server.pid());
    assertThat(parent).isNotNull();
    assertThat(log).contains("\"event\":\"refused\"").contains("\"uid\":33,");
    assertThat(log).doesNotContain("\"uid\":0,");
    try (var names = Files.list(Path.of("/proc/" + worker + "/root"))) {
      assertThat(names.map(path -> path.getFileName().toString())).containsExactly("index.html");
    }
    try (Fd file = ThreadStatus.open(worker, worker)) {
      ThreadStatus status = ThreadStatus.read(file);
      assertThat(status.uids()).containsOnly(33);
      assertThat(status.effective()).isZero();
      assertThat(status.noNewPrivileges()).isTrue();
      assertThat(status.seccomp()).isEqualTo(2);
    }
  }

  private static int worker() throws Exception {
    for (ProcessHandle child : server.descendants().toList()) {
      ProcessStatus status = ProcessStatus.of((int) child.pid());
      if (status != null && status.uid() == 33) {
        return status.pid();
      }
    }
    throw new AssertionError("no worker");
  }

  @Test
  void cookiesAreThePathsOwnAndSecureByTls() throws Exception {
    assertThat(curl("-i", SITE + "/login"))
        .containsPattern("Set-Cookie: brig=[^;]+; Path=/budget/; HttpOnly; SameSite=Lax");
    Files.deleteIfExists(directory.resolve("cookies"));
    String form = curl("-i", SECURE + "/login");
    assertThat(form)
        .startsWith("HTTP/2 200")
        .containsPattern(
            "(?i)set-cookie: __Secure-brig=[^;]+; Path=/budget/; Secure; HttpOnly; SameSite=Lax")
        .contains("strict-transport-security: max-age=31536000")
        .contains("content-security-policy: default-src 'none'; script-src 'sha256-");
    assertThat(form.split("(?i)x-content-type-options", -1)).hasSize(2);
    String in =
        curl(
            "-i",
            "-H",
            "Origin: https://127.0.0.1:8443",
            "--data-urlencode",
            "brig_nonce=" + nonce(form),
            "-d",
            "username=anne&password=secret",
            SECURE + "/login?then=accounts");
    assertThat(in).startsWith("HTTP/2 303").contains("location: /budget/accounts");
    assertThat(curl(SECURE + "/accounts")).contains("Find accounts");
    // Another site's form, and one that was sent already.
    String[] again = {"-d", "username=anne&password=secret&brig_nonce=" + nonce(form)};
    assertThat(curl("-i", again[0], again[1], "-H", "Origin: https://evil", SECURE + "/login"))
        .startsWith("HTTP/2 403");
    assertThat(curl(again[0], again[1], "-H", "Origin: https://127.0.0.1:8443", SECURE + "/login"))
        .doesNotContain("Log out");
  }

  @Test
  void anUploadIsAsLargeAsTheJobSaysAndNoLarger() throws Exception {
    for (int size : new int[] {8_000_000, 8_000_001}) {
      Files.write(directory.resolve("upload"), new byte[size]);
      String form = curl(SITE + "/count");
      String answer =
          curl(
              "-L",
              "-H",
              "Origin: http://127.0.0.1:8080",
              "-F",
              "brig_nonce=" + nonce(form),
              "-F",
              "upload=@" + directory.resolve("upload"),
              SITE + "/count");
      if (size == 8_000_000) {
        assertThat(answer).contains("8000000");
      } else {
        assertThat(answer).contains("errors").doesNotContain("8000001\n");
      }
    }
  }

  @Test
  void aHoleThatNobodyServesIsToldToBeClosedAndTheSiteGoesOn() throws Exception {
    assertThat(curl("-i", "http://127.0.0.1:8080/closed/")).startsWith("HTTP/1.1 503");
    assertThat(curl("-i", SITE + "/../etc/x", "--path-as-is")).doesNotContain("HTTP/1.1 5");
    assertThat(curl("http://127.0.0.1:8080/")).isEqualTo("the page\n");
  }
}
