package brig.hole.session;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

final class MovableClock implements InstantSource {
  private volatile Instant now = Instant.parse("1999-06-01T12:00:00Z");

  void pass(Duration time) {
    now = now.plus(time);
  }

  @Override
  public Instant instant() {
    return now;
  }
}
