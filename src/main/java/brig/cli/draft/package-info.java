/** {@code brig init}: the first jailfile. */
@NullMarked
package brig.cli.draft;

import org.jspecify.annotations.NullMarked;
