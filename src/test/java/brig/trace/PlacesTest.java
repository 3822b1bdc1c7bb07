package brig.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {
  @Test
  void whatMeansNothingIsTakenOutOfAPath() {
    assertThat(Places.below("/", "/etc//./passwd")).isEqualTo("/etc/passwd");
    assertThat(Places.below("/", "/")).isEqualTo("/");
    assertThat(Places.below("/", "/.")).isEqualTo("/");
    assertThat(Places.below("/srv/jail", "/")).isEqualTo("/srv/jail");
    assertThat(Places.below("/home", "a/b/")).isEqualTo("/home/a/b");
    assertThat(Places.below("/home", ".")).isEqualTo("/home");
    assertThat(Places.below("/home", "...")).isEqualTo("/home/...");
  }

  @Test
  void upwardsIsKeptBecauseLinksDecideWhereItLeads() {
    assertThat(Places.below("/home/me", "../you")).isEqualTo("/home/me/../you");
    assertThat(Places.below("/", "/usr/lib/../bin")).isEqualTo("/usr/lib/../bin");
  }

  @Test
  void aboveTheRootThereIsTheRoot() {
    assertThat(Places.below("/srv/jail", "/../../etc")).isEqualTo("/srv/jail/etc");
    assertThat(Places.below("/srv/jail", "/..")).isEqualTo("/srv/jail");
  }
}
