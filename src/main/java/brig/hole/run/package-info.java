/**
 * Runs jobs: checks what was asked once more, waits for a place, starts one step after the other
 * and sees each to its end.
 */
@NullMarked
package brig.hole.run;

import org.jspecify.annotations.NullMarked;
