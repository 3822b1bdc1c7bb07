/** {@code brig trace}. */
@NullMarked
package brig.cli.trace;

import org.jspecify.annotations.NullMarked;
