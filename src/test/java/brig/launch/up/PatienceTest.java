package brig.launch.up;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PatienceTest {
  @Test
  void eachWaitIsTwiceTheOneBeforeUpToHalfAMinute() {
    Patience patience = new Patience();
    assertThat(patience.after(0)).isEqualTo(200);
    assertThat(patience.after(0)).isEqualTo(400);
    for (int i = 0; i < 20; i++) {
      assertThat(patience.after(0)).isLessThanOrEqualTo(30_000);
    }
    assertThat(patience.after(0)).isEqualTo(30_000);
  }

  @Test
  void whoLivedLongEnoughBeginsAnew() {
    Patience patience = new Patience();
    patience.after(0);
    patience.after(0);
    assertThat(patience.after(Patience.STEADY_MILLIS)).isEqualTo(200);
    assertThat(patience.after(Patience.STEADY_MILLIS - 1)).isEqualTo(400);
  }
}
