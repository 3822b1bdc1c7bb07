package brig.tree;

import brig.linux.OwnThread;
import brig.plan.packages.Origin;
import brig.report.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the packages of files beside the copying of them: it reads the package manager's lists,
 * while copying mostly waits for the disk.
 */
final class OriginSearch {
  private final Thread thread;
  private Map<String, Origin> found = Map.of();
  private @Nullable Throwable failure;

  OriginSearch(Planning planning, List<String> sources) {
    this.thread =
        Thread.ofPlatform()
            .name("origins")
            .start(
                () -> {
                  try {
                    found = planning.origins(sources);
                  } catch (IOException | RuntimeException | Error e) {
                    failure = e;
                  }
                });
  }

  /** Waits for the answer; a database that cannot be read is worth a warning only. */
  Map<String, Origin> found(List<Problem> warnings) {
    OwnThread.join(thread);
    Throwable thrown = failure;
    if (thrown instanceof IOException e) {
      warnings.add(
          Problem.of("cannot tell from which packages the files come")
              .answered(String.valueOf(e.getMessage()))
              .remedy("The jail is whole all the same; its manifest lacks the packages."));
      return Map.of();
    }
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
    return found;
  }
}
