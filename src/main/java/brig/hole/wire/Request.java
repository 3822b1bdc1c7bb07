package brig.hole.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a client asked for, whole but not judged: no field is known to exist.
 *
 * @param job null: none was named, which only a description may do: it is of all jobs
 * @param language as the client wished it, a tag or a whole Accept-Language; empty: no wish
 * @param values by the names of fields, in the order in which they came
 * @param describe null: run the job
 */
public record Request(
    @Nullable String job,
    @Nullable String token,
    String language,
    Map<String, Bytes> values,
    List<Section> sections,
    @Nullable Description describe) {

  /**
   * An input section.
   *
   * @param name the field of type file that it is for; empty: the next one in the job's order
   */
  public record Section(String name, Bytes bytes) {}

  /** Neither token nor values: they may be secrets. */
  @Override
  public String toString() {
    return "Request[" + job + "]";
  }
}
