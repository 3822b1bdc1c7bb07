/** What a message of a jailed program means: {@code explain}. */
@NullMarked
package brig.cli.explain;

import org.jspecify.annotations.NullMarked;
