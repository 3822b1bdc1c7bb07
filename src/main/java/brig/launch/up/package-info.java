/** How a set of jails is kept running: the order of starts, readiness, patience, what they say. */
@NullMarked
package brig.launch.up;

import org.jspecify.annotations.NullMarked;
