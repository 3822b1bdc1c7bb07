/** How anything is told to a person or a script: problems, positions, exit codes, JSON. */
@NullMarked
package brig.report;

import org.jspecify.annotations.NullMarked;
