package brig.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import brig.report.BrigException;
import brig.spec.JailfileReader;
import brig.spec.LockedJailfile;
import org.junit.jupiter.api.Test;

class ExclusionsTest {
  private static Exclusions of(String jailfile, String lock) throws BrigException {
    String good = "command = [\"/usr/sbin/www\"]\nuser = \"www-data\"\n" + jailfile;
    return Exclusions.of(
        JailfileReader.read(
            "www", "www.toml", LockedJailfile.join(good.getBytes(UTF_8), lock.getBytes(UTF_8))));
  }

  private static String told(Exclusions exclusions, String path) {
    var line = exclusions.excluding(path);
    return line == null ? "in" : (exclusions.isUnused(line) ? "unused " : "") + line.at();
  }

  @Test
  void whatNoRunTouchedIsOutWithAllBelowItAndItsNameIsNoPattern() throws BrigException {
    Exclusions exclusions =
        of(
            "[files]\nexclude = [\"/usr/share/doc\"]\n",
            "unused = [\"/usr/share/a*\", \"/usr/share/perl5\"]\n");
    assertThat(told(exclusions, "/usr/share/perl5")).isEqualTo("unused www.lock.toml:1:28");
    assertThat(told(exclusions, "/usr/share/perl5/x/y.pm")).isEqualTo("unused www.lock.toml:1:28");
    assertThat(told(exclusions, "/usr/share/perl50")).isEqualTo("in");
    assertThat(told(exclusions, "/usr/share/a*")).isEqualTo("unused www.lock.toml:1:11");
    assertThat(told(exclusions, "/usr/share/ab")).isEqualTo("in");
    assertThat(told(exclusions, "/usr/share/doc/x")).isEqualTo("www.toml:4:12");
  }

  @Test
  void whatWasLearnedSinceComesInAgainAndNothingElse() throws BrigException {
    Exclusions exclusions =
        of("", "unused = [\"/usr/share/perl5\"]\n[[path]]\npath = \"/usr/share/perl5/x/y.pm\"\n");
    assertThat(told(exclusions, "/usr/share/perl5/x/y.pm")).isEqualTo("in");
    assertThat(told(exclusions, "/usr/share/perl5/x")).isEqualTo("in");
    assertThat(told(exclusions, "/usr/share/perl5/x/z.pm")).startsWith("unused");
    exclusions.bringBack("/usr/share/perl5/q.pm");
    assertThat(told(exclusions, "/usr/share/perl5/q.pm")).isEqualTo("in");
  }
}
