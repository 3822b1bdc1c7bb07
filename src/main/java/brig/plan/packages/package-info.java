/** Which package of the host a file comes from, and of which version. */
@NullMarked
package brig.plan.packages;

import org.jspecify.annotations.NullMarked;
