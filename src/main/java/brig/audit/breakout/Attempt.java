package brig.audit.breakout;

import brig.report.BrigException;
import java.io.IOException;
import java.util.List;

/**
 * A way out.
 *
 * @param id as in the list of ways out, such as {@code B01}
 * @param technique in a few words
 * @param guards all that may stand in its way, the first to answer first
 * @param path how it goes
 */
record Attempt(String id, String technique, List<Guard> guards, Path path) {
  /** The steps of the way. */
  @FunctionalInterface
  interface Path {
    /**
     * Tries it.
     *
     * @return the proof that it led out
     */
    String tryIt(Scene scene) throws AttemptEnd, BrigException, IOException;
  }
}
