package brig.hole.log;

import brig.hole.wire.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What happened so far at one hole. For the loop's thread alone. */
public final class Counters {
  private static final double[] BOUNDS = {0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60};

  private final Map<String, Map<Reason, Long>> ends = new TreeMap<>();
  private final long[] durations = new long[BOUNDS.length + 1];
  private double seconds;
  private long ended;
  private long misbehaved;
  private long unlogged;
  private long outputBytes;

  /**
   * A call came to its end.
   *
   * @param job must be one of the hole's; empty: it asked for none of them
   */
  public void ended(String job, Reason reason, long nanos, long bytes) {
    ends.computeIfAbsent(job, j -> new EnumMap<>(Reason.class)).merge(reason, 1L, Long::sum);
    double took = nanos / 1e9;
    int i = 0;
    while (i < BOUNDS.length && took > BOUNDS[i]) {
      i++;
    }
    durations[i]++;
    seconds += took;
    ended++;
    outputBytes += bytes;
  }

  /** A client did what nobody should. */
  public void misbehaved() {
    misbehaved++;
  }

  /** A record could not be written. */
  public void unlogged() {
    unlogged++;
  }

  /** How many calls came to an end. */
  public long calls() {
    return ended;
  }

  /** Tells all of it. */
  public void measure(Metrics metrics, String hole) {
    for (Map.Entry<String, Map<Reason, Long>> job : ends.entrySet()) {
      for (Map.Entry<Reason, Long> end : job.getValue().entrySet()) {
        metrics.counter(
            "calls_total",
            "Calls by job and how they ended.",
            hole,
            ",job=\"" + job.getKey() + "\",end=\"" + end.getKey().word() + "\"",
            end.getValue());
      }
    }
    long sum = 0;
    for (int i = 0; i <= BOUNDS.length; i++) {
      sum += durations[i];
      metrics.histogram(hole, i == BOUNDS.length ? "+Inf" : Double.toString(BOUNDS[i]), sum);
    }
    metrics.histogramEnd(hole, seconds, ended);
    metrics.counter("output_bytes_total", "Bytes of output sent.", hole, "", outputBytes);
    metrics.counter(
        "misbehaved_total", "Things clients did against the rules.", hole, "", misbehaved);
    metrics.counter("unlogged_total", "Records that could not be written.", hole, "", unlogged);
  }
}
