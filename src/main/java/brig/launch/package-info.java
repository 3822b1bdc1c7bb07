/** The one routine that gives up privileges, and all that is started through it. */
@NullMarked
package brig.launch;

import org.jspecify.annotations.NullMarked;
