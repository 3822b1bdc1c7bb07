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

  @Test
  void aFileSystemOfItsOwnHasASize() throws BrigException {
    assertThat(JailfileReaderTest.read(GOOD).filesystem()).isNull();
    JailSpec.Filesystem filesystem =
        JailfileReaderTest.read(GOOD + "filesystem = { size = \"200M\" }\n").filesystem();
    assertThat(filesystem).isNotNull();
    assertThat(filesystem.sizeBytes()).isEqualTo(200L << 20);
    assertThat(filesystem.at().toString()).isEqualTo("www.toml:3:23");
    assertThat(JailfileReaderTest.mistakes(GOOD + "filesystem = { size = \"1M\" }\n"))
        .containsExactly(
            "\"1M\" is no size for a file system. Write a number with M or G, from 16M to 16T:"
                + " \"200M\". (www.toml:3:23)");
    assertThat(JailfileReaderTest.mistakes(GOOD + "filesystem = { type = \"xfs\" }\n"))
        .containsExactly(
            "'size' is missing in filesystem. Write filesystem = { size = \"200M\" }."
                + " (www.toml:3:1)",
            "unknown key 'type' in filesystem. (www.toml:3:16)");
    assertThat(JailfileReaderTest.mistakes(GOOD + "filesystem = \"200M\"\n"))
        .singleElement()
        .asString()
        .startsWith("'filesystem' must be a table, not a string");
  }
}
