package brig.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the host differs from what a plan was made from.
 *
 * @param replan the first path for whose sake the plan may come out otherwise, the empty text when
 *     it is another Brig that plans; null: it would come out the same
 * @param contents files whose content, size or times changed, from which the plan would learn the
 *     same
 * @param now the inputs as they look now, when {@code replan} is null and anything changed at all
 */
public record HostDrift(@Nullable String replan, List<String> contents, @Nullable Inputs now) {
  private static final HostDrift NONE = new HostDrift(null, List.of(), null);

  /** All looks as it did. */
  public static HostDrift none() {
    return NONE;
  }

  /** Nothing is known of what the former plan was made from. */
  public static HostDrift unknown() {
    return new HostDrift("", List.of(), null);
  }

  public boolean isNone() {
    return replan == null && now == null;
  }
}
