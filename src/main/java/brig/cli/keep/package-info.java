/** What keeps a jail true: {@code build, sync, diff, rollback, remove, list, hook}. */
@NullMarked
package brig.cli.keep;

import org.jspecify.annotations.NullMarked;
