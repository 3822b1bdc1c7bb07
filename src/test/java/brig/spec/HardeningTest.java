package brig.spec;

import static brig.spec.JailfileReaderTest.GOOD;
import static org.assertj.core.api.Assertions.assertThat;

import brig.report.BrigException;
import brig.report.Problem;
import org.junit.jupiter.api.Test;

class HardeningTest {
  private static final String STRICT = GOOD + "hardening = \"strict\"\n";

  @Test
  void theLevelDecidesWhatTheJailfileLeavesOpen() throws BrigException {
    JailSpec strict = JailfileReaderTest.read(STRICT);
    assertThat(strict.hardening()).isEqualTo(JailSpec.Hardening.STRICT);
    assertThat(strict.command().umask()).isEqualTo(077);
    assertThat(strict.files().stripCapabilities()).isTrue();
    JailSpec standard = JailfileReaderTest.read(GOOD);
    assertThat(standard.hardening()).isEqualTo(JailSpec.Hardening.STANDARD);
    assertThat(standard.files().stripCapabilities()).isFalse();
  }

  @Test
  void whatTheJailfileSaysWins() throws BrigException {
    JailSpec spec =
        JailfileReaderTest.read(STRICT + "umask = \"027\"\n[files]\nstrip_capabilities = false\n");
    assertThat(spec.command().umask()).isEqualTo(027);
    assertThat(spec.files().stripCapabilities()).isFalse();
    assertThat(Hints.of(spec))
        .extracting(Problem::text)
        .containsExactly(
            "umask 027 lets others into new files, which hardening = \"strict\" alone would not."
                + " Leave 'umask' out for 077.");
    assertThat(Hints.of(JailfileReaderTest.read(STRICT))).isEmpty();
  }

  @Test
  void whatIsReadableIsPatterns() throws BrigException {
    JailSpec spec = JailfileReaderTest.read(GOOD + "[files]\nreadable = [\"/etc/www/*.pw\"]\n");
    assertThat(spec.files().readable()).extracting(Located::value).containsExactly("/etc/www/*.pw");
    assertThat(JailfileReaderTest.mistakes(GOOD + "[files]\nreadable = [\"pw\"]\n"))
        .singleElement()
        .asString()
        .contains("\"pw\"");
  }
}
