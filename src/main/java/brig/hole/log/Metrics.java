package brig.hole.log;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Numbers of all holes in the text format of Prometheus, version 0.0.4: what belongs to one metric
 * stands together, whatever hole it is of.
 */
public final class Metrics {
  private final Map<String, StringBuilder> metrics = new LinkedHashMap<>();

  private StringBuilder metric(String name, String help, String type) {
    return metrics.computeIfAbsent(
        name,
        n ->
            new StringBuilder("# HELP brig_hole_" + name + " " + help + "\n")
                .append("# TYPE brig_hole_" + name + " " + type + "\n"));
  }

  /**
   * Something that only grows.
   *
   * @param labels further ones, each after a comma
   */
  void counter(String name, String help, String hole, String labels, long value) {
    metric(name, help, "counter")
        .append("brig_hole_" + name + "{hole=\"" + hole + "\"" + labels + "} " + value + "\n");
  }

  /** Something that holds now. */
  public void gauge(String name, String hole, long value) {
    metric(name, "Now.", "gauge")
        .append("brig_hole_" + name + "{hole=\"" + hole + "\"} " + value + "\n");
  }

  void histogram(String hole, String bound, long count) {
    metric("call_seconds", "How long calls took.", "histogram")
        .append("brig_hole_call_seconds_bucket{hole=\"" + hole + "\",le=\"" + bound + "\"} ")
        .append(count)
        .append('\n');
  }

  void histogramEnd(String hole, double seconds, long count) {
    metric("call_seconds", "How long calls took.", "histogram")
        .append("brig_hole_call_seconds_sum{hole=\"" + hole + "\"} " + seconds + "\n")
        .append("brig_hole_call_seconds_count{hole=\"" + hole + "\"} " + count + "\n");
  }

  /** All of it. */
  public String text() {
    return String.join("", metrics.values());
  }
}
