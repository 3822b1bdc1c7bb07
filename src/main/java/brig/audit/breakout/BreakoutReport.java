package brig.audit.breakout;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a prison break found.
 *
 * @param name the jail's, or the directory
 * @param as the user as whom it was tried
 * @param facts how the process that tried was confined
 * @param likeness the same beside the running service; null: it does not run, or is no jail
 */
public record BreakoutReport(
    String name, String as, Facts facts, @Nullable Likeness likeness, List<Tried> attempts) {
  /** How many led out. */
  public long escapes() {
    return attempts.stream().filter(tried -> tried.result() instanceof Result.Escaped).count();
  }

  long held() {
    return attempts.stream().filter(tried -> tried.result() instanceof Result.Held).count();
  }
}
