/** {@code brig audit} and {@code brig breakout}: is the jail as it should be, and does it hold. */
@NullMarked
package brig.cli.audit;

import org.jspecify.annotations.NullMarked;
