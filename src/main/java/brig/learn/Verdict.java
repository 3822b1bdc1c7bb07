package brig.learn;

import brig.report.Problem;
import java.util.List;

/**
 * What is made of all that was asked for.
 *
 * @param additions what the lock file does not have yet
 * @param refused what the host has, and what does not come in by itself, with what to do
 * @param searched the places that were passed over in a search, though the host has something there
 * @param absent how many paths exist neither inside nor outside
 */
record Verdict(List<Addition> additions, List<Problem> refused, List<String> searched, int absent) {
  Verdict withoutAdditions() {
    return new Verdict(List.of(), refused, searched, absent);
  }
}
