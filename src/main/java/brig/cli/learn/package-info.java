/** {@code brig learn}. */
@NullMarked
package brig.cli.learn;

import org.jspecify.annotations.NullMarked;
