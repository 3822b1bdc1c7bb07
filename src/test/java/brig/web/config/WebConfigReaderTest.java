package brig.web.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import brig.report.BrigException;
import brig.report.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebConfigReaderTest {
  private static final String LEAST = "listen = [\"0.0.0.0:80\"]\nroot = \"a\"\n";

  private static WebConfig read(String text) throws BrigException {
    return WebConfigReader.read("/srv/web.toml", text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> mistakes(String text) {
    BrigException e = catchThrowableOfType(BrigException.class, () -> read(text));
    return e == null ? List.of() : e.problems().stream().map(Problem::text).toList();
  }

  @Test
  void theLeastConfigurationIsARootAndAPlaceToListen() throws Exception {
    WebConfig config = read("listen = [\"0.0.0.0:80\"]\nroot = \"htdocs\"\n");
    assertThat(config.sites()).hasSize(1);
    assertThat(config.chroot().value()).isEqualTo("/srv/htdocs");
    assertThat(JailedPaths.inside(config, "/srv/htdocs")).isEqualTo("/");
    assertThat(JailedPaths.inside(config, "/srv/htdocs/a")).isEqualTo("/a");
  }

  @Test
  void theJailIsAPathOrOneOfTwoWords() throws Exception {
    String base =
        "listen = [\"[::]:80\"]\nroot = \"/srv/www/htdocs\"\nserver_root = \"/srv/www\"\n";
    assertThat(read(base + "chroot_dir = \"DOCUMENT_ROOT\"").chroot().value())
        .isEqualTo("/srv/www/htdocs");
    assertThat(read(base + "chroot_dir = \"SERVER_ROOT\"").chroot().value()).isEqualTo("/srv/www");
    assertThat(read(base + "chroot_dir = \".\"").chroot().value()).isEqualTo("/srv/www");
    WebConfig kept = read(base + "chroot_dir = \"/srv\"");
    assertThat(JailedPaths.inside(kept, "/srv/www/htdocs")).isEqualTo("/www/htdocs");
    WebConfig own =
        read("listen = [\"[::]:80\"]\nroot = \"/htdocs\"\nchroot_dir = \"/srv\"\nfix_root = false");
    assertThat(JailedPaths.inside(own, "/htdocs")).isEqualTo("/htdocs");
    assertThat(JailedPaths.outside(own, "/htdocs")).isEqualTo("/srv/htdocs");
  }

  @Test
  void pathsOutsideOfTheJailAreRefusedWhereTheyAreWritten() {
    assertThat(
            mistakes(
                """
                listen = ["0.0.0.0:80"]
                root = "/srv/www/htdocs"
                [[location]]
                path = "/icons/"
                root = "/usr/share/icons"
                """))
        .containsExactly(
            "\"/usr/share/icons\" of location /icons/ is outside of the jail: /usr/share/icons."
                + " The jail is /srv/www/htdocs. Set chroot_dir to a directory that holds all that"
                + " is served. (/srv/web.toml:5:8)");
  }

  @Test
  void everyMistakeIsToldAtOnceInTheOrderOfTheFile() {
    assertThat(
            mistakes(
                """
                listen = ["localhost:80", "0.0.0.0:0"]
                root = 3
                lisden = 1
                error_pages = { 200 = "/ok.html" }
                [log]
                format = "combind"
                [[site]]
                root = "a"
                """))
        .containsExactly(
            "\"localhost:80\" in 'listen' is no address to listen at. Write \"0.0.0.0:80\" for IPv4"
                + " or \"[::]:80\" for IPv6. (/srv/web.toml:1:11)",
            "\"0.0.0.0:0\" in 'listen' is no address to listen at. Write \"0.0.0.0:80\" for IPv4 or"
                + " \"[::]:80\" for IPv6. (/srv/web.toml:1:27)",
            "'root' must be a string, not a whole number. Write \"3\". (/srv/web.toml:2:8)",
            "unknown key 'lisden'. Did you mean 'listen'? (/srv/web.toml:3:1)",
            "'200' is no status of an error. 400 to 599. (/srv/web.toml:4:17)",
            "'format' in [log] cannot be \"combind\", but \"combined\" or \"json\". Did you mean"
                + " \"combined\"? (/srv/web.toml:6:10)",
            "a [[site]] without names. Say which: names = [\"www.example.org\"]."
                + " (/srv/web.toml:7:3)");
  }

  @Test
  void aLocationDoesOneThingAndIsThereOnce() {
    assertThat(
            mistakes(
                LEAST
                    + """
                    [[location]]
                    path = "/x"
                    status = 403
                    redirect = "/y"
                    [[location]]
                    path = "/x"
                    """))
        .containsExactly(
            "a location does one thing, not both 'redirect' and 'status'. Leave one of the two out,"
                + " or write another [[location]]. (/srv/web.toml:5:1)",
            "location /x is there twice. The other is at line 4. (/srv/web.toml:8:8)");
  }

  @Test
  void tlsNeedsACertificate() {
    assertThat(mistakes("listen_tls = [\"0.0.0.0:443\"]\nroot = \"a\"\n"))
        .containsExactly(
            "'listen_tls' without a certificate. Name one: tls = { certificate = \"...\", key ="
                + " \"...\" }, at the top or in a [[site]]. (/srv/web.toml:1:1)");
  }

  @Test
  void aKeyThatSaysNothingOfWhatALocationDoesIsRefused() {
    assertThat(
            mistakes(
                LEAST
                    + """
                    [[location]]
                    path = "/x"
                    status = 403
                    websocket = true
                    [[location]]
                    path = "/y"
                    at_once = 4
                    """))
        .containsExactly(
            "'websocket' says nothing of a location with 'status'. Leave it out."
                + " (/srv/web.toml:6:1)",
            "'at_once' says nothing of a location that serves files. Leave it out."
                + " (/srv/web.toml:9:1)");
  }

  @Test
  void amountsHaveBoundsAndAKeyElsewhereIsToldItsTable() {
    assertThat(
            mistakes(
                """
                listen = ["0.0.0.0:80"]
                root = "a"
                drain = "3s"
                [worker]
                heap = "1M"
                drain = "3"
                [limits]
                burst = -1
                header_timeout = "0s"
                [log]
                acess = "x"
                [[location]]
                path = "/c"
                cgi = "a/b"
                processes = 0
                [location.auth]
                realm = ""
                """))
        .containsExactly(
            "unknown key 'drain'. It belongs to [worker]. (/srv/web.toml:3:1)",
            "\"1M\" is no size for 'heap' in [worker]. Write bytes, or a number with K, M or G:"
                + " 16M to 1T. (/srv/web.toml:5:8)",
            "\"3\" is no time for 'drain' in [worker]. Write a number with ms, s, m or h: 0s to 1h."
                + " (/srv/web.toml:6:9)",
            "'burst' in [limits] cannot be -1. Give it 0 to 1000000. (/srv/web.toml:8:9)",
            "\"0s\" is no time for 'header_timeout' in [limits]. Write a number with ms, s, m or h:"
                + " 1ms to 24h. (/srv/web.toml:9:18)",
            "unknown key 'acess' in [log]. Did you mean 'access'? (/srv/web.toml:11:1)",
            "'processes' in [[location]] cannot be 0. Give it 1 to 100000. (/srv/web.toml:15:13)",
            "'auth' without 'users'. Name a file of names and hashes. (/srv/web.toml:16:11)",
            "'realm' in [auth] is empty. (/srv/web.toml:17:9)");
  }

  @Test
  void whatTheSyntaxHidesIsNotCalledMissing() {
    assertThat(mistakes("listen = [\nroot = \"a\"\n")).hasSize(1);
  }

  @Test
  void theReferenceNamesEveryKey() throws Exception {
    String reference = java.nio.file.Files.readString(java.nio.file.Path.of("docs/serve.md"));
    for (String table : List.of("", "log", "worker", "limits", "site", "tls", "location", "auth")) {
      for (String key : WebVocabulary.INSTANCE.keys(table)) {
        assertThat(reference).as("%s in [%s]", key, table).containsPattern("\\b" + key + "\\b");
      }
    }
  }
}
