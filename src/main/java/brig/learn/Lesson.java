package brig.learn;

import brig.report.Problem;
import brig.spec.LockFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of learning.
 *
 * @param passed the service does what was asked of it
 * @param failure a clause: why not; null when it passed
 * @param explanations what may be the cause, with what to do
 * @param lastWords what the service printed in the last round, the last lines
 * @param askedWords what the probe or the workload printed when it failed
 * @param additions what the lock file got, in the order in which it was found
 * @param refused what the host has and the jail did not get
 * @param searched what searches passed over, though the host has it
 * @param absent how many paths exist nowhere
 * @param advice what to exercise more: sentences
 * @param lock as it is now
 */
public record Lesson(
    boolean passed,
    @Nullable String failure,
    List<Problem> explanations,
    List<String> lastWords,
    List<String> askedWords,
    int rounds,
    List<Addition> additions,
    List<Problem> refused,
    List<String> searched,
    int absent,
    List<String> advice,
    LockFile lock) {}
