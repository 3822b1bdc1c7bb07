package brig.hole.session;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The host's clock, but never back: when somebody sets it back, time goes on from where it was, at
 * the pace of CLOCK_MONOTONIC, until the host's has caught up. Else sessions would live, and those
 * who guessed wait, for as much longer.
 */
public final class SteadyClock implements InstantSource {
  private final LongSupplier host;
  private final LongSupplier nanos;
  private long base;
  private long since;

  public SteadyClock() {
    this(System::currentTimeMillis, System::nanoTime);
  }

  SteadyClock(LongSupplier hostMillis, LongSupplier nanos) {
    this.host = hostMillis;
    this.nanos = nanos;
    this.base = hostMillis.getAsLong();
    this.since = nanos.getAsLong();
  }

  @Override
  public synchronized long millis() {
    long elapsed = (nanos.getAsLong() - since) / 1_000_000;
    long now = host.getAsLong();
    if (now >= base + elapsed) {
      base = now;
      since += elapsed * 1_000_000;
      return now;
    }
    return base + elapsed;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }
}
