/** The dynamic loader's answer, worked out without running anything: ld.so(8), musl's ldso. */
@NullMarked
package brig.plan.loader;

import org.jspecify.annotations.NullMarked;
