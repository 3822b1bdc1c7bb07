/** {@code brig hole ...}. */
@NullMarked
package brig.cli.hole;

import org.jspecify.annotations.NullMarked;
