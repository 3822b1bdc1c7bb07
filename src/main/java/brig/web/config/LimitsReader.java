package brig.web.config;

import brig.spec.Amounts;
import brig.spec.Section;
import java.time.Duration;

/** {@code [limits]}. */
final class LimitsReader {
  private static final int MANY = 1_000_000;
  private static final Duration LEAST = Duration.ofMillis(1);
  private static final Duration MOST = Duration.ofHours(24);

  private final Section limits;

  LimitsReader(Section limits) {
    this.limits = limits;
  }

  Limits read() {
    return new Limits(
        Amounts.whole(limits, "connections", 1, MANY, 10_000),
        Amounts.whole(limits, "connections_of_one", 1, MANY, 1_000),
        Amounts.whole(limits, "requests_per_second", 0, MANY, 0),
        Amounts.whole(limits, "burst", 0, MANY, 0),
        (int) Amounts.size(limits, "headers", 256, 1 << 20, 8 << 10),
        Amounts.size(limits, "body", 0, 1L << 50, 16 << 20),
        millis("header_timeout", 10),
        millis("idle_timeout", 30),
        Amounts.whole(limits, "bytes_per_second", 0, 1_000_000_000, 256));
  }

  private long millis(String key, int seconds) {
    return Amounts.time(limits, key, LEAST, MOST, Duration.ofSeconds(seconds)).toMillis();
  }
}
