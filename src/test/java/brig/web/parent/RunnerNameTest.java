package brig.web.parent;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.ProcessStatus;
import org.junit.jupiter.api.Test;

class RunnerNameTest {
  @Test
  void thoseOfAProcessThatRunsAreNotAbandoned() throws Exception {
    String mine = RunnerName.of(3);
    assertThat(mine).startsWith("brig-web-" + ProcessStatus.self() + "-").endsWith("-3");
    assertThat(RunnerName.isAbandoned(mine)).isFalse();
  }

  @Test
  void thoseOfAnotherThatHadTheNumberOnceAre() {
    assertThat(RunnerName.isAbandoned("brig-web-" + ProcessStatus.self() + "-1-1")).isTrue();
    assertThat(RunnerName.isAbandoned("brig-web-2000000000-1-1")).isTrue();
  }

  @Test
  void whatIsNoSuchNameIsLeftAlone() {
    assertThat(RunnerName.isAbandoned("brig-web-1-2")).isFalse();
    assertThat(RunnerName.isAbandoned("brig-web-a-2-3")).isFalse();
    assertThat(RunnerName.isAbandoned("brig-hole-2000000000-1-1")).isFalse();
  }
}
