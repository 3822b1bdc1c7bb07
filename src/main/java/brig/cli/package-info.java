/** Commands, wiring, and the real host. */
@NullMarked
package brig.cli;

import org.jspecify.annotations.NullMarked;
