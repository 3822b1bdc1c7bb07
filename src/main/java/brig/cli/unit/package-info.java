/** A jail at boot: {@code unit}. */
@NullMarked
package brig.cli.unit;

import org.jspecify.annotations.NullMarked;
