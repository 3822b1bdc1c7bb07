/**
 * Starts programs of Brig's own in a jail that they finish themselves: a virtual machine needs more
 * of the host to start from than the program needs to run.
 */
@NullMarked
package brig.launch.jvm;

import org.jspecify.annotations.NullMarked;
