package brig.audit.breakout;

import java.util.List;

/**
 * One attempt and what came of it.
 *
 * @param stoppedBy what stands in this way out, as far as it was found in force; the first is what
 *     answered; empty when it led out or could not be tried
 * @param calls all system calls that were made, and their answers
 */
public record Tried(
    String id, String technique, Result result, List<String> stoppedBy, List<String> calls) {}
