/** Jails that the processes of a running daemon enter: calls slipped in by the tracer. */
@NullMarked
package brig.launch.late;

import org.jspecify.annotations.NullMarked;
