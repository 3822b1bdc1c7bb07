/** A set of jails in the foreground: {@code up}. */
@NullMarked
package brig.cli.up;

import org.jspecify.annotations.NullMarked;
