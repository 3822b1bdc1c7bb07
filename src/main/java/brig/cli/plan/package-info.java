/** {@code brig plan} and {@code brig why}. */
@NullMarked
package brig.cli.plan;

import org.jspecify.annotations.NullMarked;
