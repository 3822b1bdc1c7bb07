package brig.plan.packages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionOrderTest {
  private static final String[] VERSIONS = {
    "1.0",
    "1.0-1",
    "1.0-2",
    "1.0-10",
    "1.0~rc1-1",
    "1.0~~",
    "1.0a",
    "1.0+b1",
    "1:0.9",
    "2:0.1-1",
    "3.0.17-1~deb12u2",
    "3.0.17-1",
    "3.0.18-1~deb12u1",
    "20230311",
    "0.0.20230311",
    "1.0-1+b2",
    "1.01",
    "1.1",
    "9",
    "10",
    "1.0-1ubuntu1",
    "1.0.0-1",
    "1.0-0",
    "4.0.1-5~bpo12+1"
  };

  @ParameterizedTest
  @CsvSource({
    "3.0.17-1, 3.0.18-1",
    "1.9, 1.10",
    "2.0~rc1, 2.0",
    "9.9, 1:0.1",
    "1.0-1, 1.0-1+b1",
    "1.0-9, 1.0-10"
  })
  void theFirstIsTheEarlier(String earlier, String later) {
    assertThat(VersionOrder.compare(earlier, later)).isNegative();
    assertThat(VersionOrder.compare(later, earlier)).isPositive();
    assertThat(VersionOrder.compare(later, later)).isZero();
  }

  @Test
  void dpkgSaysTheSameOfEveryPair() throws Exception {
    StringBuilder script = new StringBuilder();
    for (String a : VERSIONS) {
      for (String b : VERSIONS) {
        script.append("dpkg --compare-versions '%s' lt '%s' && echo lt || ".formatted(a, b));
        script.append("{ dpkg --compare-versions '%s' eq '%s' && echo eq || ".formatted(a, b));
        script.append("echo gt; }\n");
      }
    }
    Process dpkg = new ProcessBuilder("sh", "-c", script.toString()).start();
    String[] said = new String(dpkg.getInputStream().readAllBytes()).split("\n", -1);
    assertThat(dpkg.waitFor()).isZero();
    int i = 0;
    for (String a : VERSIONS) {
      for (String b : VERSIONS) {
        int order = VersionOrder.compare(a, b);
        assertThat(order < 0 ? "lt" : order > 0 ? "gt" : "eq")
            .as(a + " to " + b)
            .isEqualTo(said[i++]);
      }
    }
  }
}
