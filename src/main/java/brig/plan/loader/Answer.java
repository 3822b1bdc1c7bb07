package brig.plan.loader;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a search led.
 *
 * @param file null when the loader fails
 * @param reason how it was found, or why not
 * @param variants what other processors would find instead
 */
record Answer(@Nullable DiskFile file, String reason, List<String> variants) {
  static Answer found(DiskFile file, String reason) {
    return new Answer(file, reason, List.of());
  }

  /** The loader gives up at a file that it cannot use, without looking further. */
  static Answer broken(DiskFile file) {
    return new Answer(null, file.path() + ": " + file.problem(), List.of());
  }

  static Answer nowhere() {
    return new Answer(null, "not found", List.of());
  }
}
