package brig.web.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code [limits]}. */
final class LimitsReader {
  private final @Nullable Keys keys;

  LimitsReader(@Nullable Keys keys) {
    this.keys = keys;
  }

  Limits read() {
    if (keys == null) {
      return new Limits(10_000, 1_000, 0, 0, 8 * 1024, 16L * 1024 * 1024, 10_000, 30_000, 256);
    }
    Limits limits =
        new Limits(
            (int) keys.whole("connections", 1, 1_000_000, 10_000),
            (int) keys.whole("connections_of_one", 1, 1_000_000, 1_000),
            (int) keys.whole("requests_per_second", 0, 1_000_000, 0),
            (int) keys.whole("burst", 0, 1_000_000, 0),
            (int) keys.size("headers", 8 * 1024),
            keys.size("body", 16L * 1024 * 1024),
            keys.duration("header_timeout", Duration.ofSeconds(10)).toMillis(),
            keys.duration("idle_timeout", Duration.ofSeconds(30)).toMillis(),
            (int) keys.whole("bytes_per_second", 0, 1_000_000_000, 256));
    keys.done();
    return limits;
  }
}
