package brig.hole.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SteadyClockTest {
  private long host = 1_000_000;
  private long nanos = -5;

  private final SteadyClock clock = new SteadyClock(() -> host, () -> nanos);

  private void pass(long millis) {
    host += millis;
    nanos += millis * 1_000_000;
  }

  @Test
  void itIsTheHostsClock() {
    pass(1234);
    assertThat(clock.millis()).isEqualTo(1_001_234);
    host += 3_600_000; // set on
    assertThat(clock.instant().toEpochMilli()).isEqualTo(4_601_234);
  }

  @Test
  void setBackItGoesOnAtItsPaceUntilTheHostHasCaughtUp() {
    pass(10_000);
    assertThat(clock.millis()).isEqualTo(1_010_000);
    host -= 60_000;
    assertThat(clock.millis()).isEqualTo(1_010_000);
    pass(20_000);
    assertThat(clock.millis()).isEqualTo(1_030_000);
    host += 70_000;
    assertThat(clock.millis()).isEqualTo(1_040_000);
    pass(1);
    assertThat(clock.millis()).isEqualTo(1_040_001);
  }
}
