/**
 * The only place that calls the kernel and the C library. Floor 1 speaks C's terms, floor 2 means
 * something; neither holds policy.
 */
@NullMarked
package brig.linux;

import org.jspecify.annotations.NullMarked;
