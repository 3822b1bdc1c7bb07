package brig.spec;

import static brig.spec.JailfileReaderTest.GOOD;
import static brig.spec.JailfileReaderTest.mistakes;
import static org.assertj.core.api.Assertions.assertThat;

import brig.report.BrigException;
import brig.spec.JailSpec.Trigger;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LateReaderTest {
  /** Four lines: what is added begins at line 5. */
  private static final String LATE = GOOD + "mode = \"late\"\nroot = \"/srv/site\"\n";

  private static JailSpec.Late late(String more) throws BrigException {
    JailSpec.Late late = JailfileReaderTest.read(LATE + more).late();
    assertThat(late).isNotNull();
    return late;
  }

  private static List<String> late(String root, String more) {
    return mistakes(GOOD + "mode = \"late\"\n" + root + more);
  }

  @Test
  void theRootIsAllThatALateJailNeeds() throws BrigException {
    JailSpec.Late late = late("");
    assertThat(late.root().value()).isEqualTo("/srv/site");
    assertThat(late.preload()).isEmpty();
    assertThat(late.samePaths()).isFalse();
    assertThat(late.trigger()).isEqualTo(new Trigger.GivesUpRoot());
    assertThat(late.patience()).isEqualTo(Duration.ofSeconds(30));
    JailSpec spec = JailfileReaderTest.read(LATE);
    assertThat(spec.mode()).isEqualTo(JailSpec.Mode.LATE);
    assertThat(spec.namespaces()).isEqualTo(new JailSpec.Namespaces(false, true, false));
    assertThat(JailfileReaderTest.read(GOOD).late()).isNull();
  }

  @Test
  void everyTriggerHasItsWord() throws BrigException {
    assertThat(late("trigger = \"root\"\n").trigger()).isEqualTo(new Trigger.GivesUpRoot());
    assertThat(late("trigger = \"accept\"\n").trigger())
        .isInstanceOfSatisfying(
            Trigger.Call.class, call -> assertThat(call.names()).contains("accept", "accept4"));
    assertThat(late("trigger = \"call:chdir\"\n").trigger())
        .isInstanceOfSatisfying(
            Trigger.Call.class, call -> assertThat(call.names()).containsExactly("chdir"));
    assertThat(late("trigger = \"signal:USR1\"\n").trigger()).isEqualTo(new Trigger.Signal("USR1"));
    assertThat(late("trigger = \"file:/run/site.pid\"\n").trigger())
        .isEqualTo(new Trigger.FileAppears("/run/site.pid"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Root", "call:", "call:a b", "signal:KILL", "file:run", "accept:4"})
  void anotherTriggerIsRefused(String word) {
    assertThat(mistakes(LATE + "trigger = \"" + word + "\"\n"))
        .singleElement()
        .asString()
        .startsWith("\"" + word + "\" is no trigger. Write \"root\"")
        .endsWith("(www.toml:5:11)");
  }

  @Test
  void aRootThatHoldsTheHostIsRefused() {
    assertThat(late("root = \"/etc\"\n", ""))
        .containsExactly(
            "\"/etc\" cannot be a jail: it holds what must stay outside. Name the directory of the"
                + " site. (www.toml:4:8)");
    assertThat(late("root = \"/proc/1/root\"\n", "")).hasSize(1);
    assertThat(late("", ""))
        .containsExactly(
            "'root' is missing. Name the directory that the daemon's workers are to see: root ="
                + " \"/srv/site\". (www.toml:1:1)");
  }

  @Test
  void whatTheLoaderCannotBeToldIsNotPreloaded() {
    assertThat(mistakes(LATE + "preload = [\"/usr/lib/a:b.so\", \"lib.so\"]\n"))
        .containsExactly(
            "\"/usr/lib/a:b.so\" cannot be preloaded: the loader takes no colon or blank. Name a"
                + " link to it. (www.toml:5:12)",
            "the path \"lib.so\" is not absolute. Write it from the root: \"/...\"."
                + " (www.toml:5:31)");
  }

  @ParameterizedTest
  @CsvSource({"root", "preload", "same_paths", "trigger", "trigger_timeout"})
  void aJailThatIsBuiltHasNoneOfTheseKeys(String key) {
    assertThat(mistakes(GOOD + key + " = 1\n"))
        .containsExactly(
            "'" + key + "' goes with mode = \"late\" or \"self\". Leave it out. (www.toml:3:1)");
  }

  @Test
  void keysOfABuiltJailAreRefusedWithTheReason() {
    assertThat(
            mistakes(
                LATE
                    + """
                    umask = "022"
                    hardening = "strict"
                    [files]
                    content = []
                    [features]
                    dns = true
                    [namespaces]
                    pid = true
                    [network]
                    sockets = ["0.0.0.0:80"]
                    """))
        .containsExactly(
            "'umask' has no meaning with mode = \"late\": the daemon sets its own. Leave it out."
                + " (www.toml:5:1)",
            "'hardening' has no meaning with mode = \"late\": nothing is copied into it. Leave it"
                + " out. (www.toml:6:1)",
            "'content' in [files] has no meaning with mode = \"late\": nothing is copied into it."
                + " Leave it out. (www.toml:8:1)",
            "'features' has no meaning with mode = \"late\": nothing is copied into it. Leave it"
                + " out. (www.toml:9:2)",
            "'pid' in [namespaces] has no meaning with mode = \"late\": the daemon starts outside,"
                + " with the host's processes. Leave it out. (www.toml:12:1)",
            "'sockets' in [network] has no meaning with mode = \"late\": the daemon opens its ports"
                + " itself, as root, outside. Leave it out. (www.toml:14:1)");
  }
}
