/** A jailfile, from TOML to {@link brig.spec.JailSpec}, every mistake with line and column. */
@NullMarked
package brig.spec;

import org.jspecify.annotations.NullMarked;
