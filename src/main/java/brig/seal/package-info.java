/** Owners, modes and flags of a finished tree. */
@NullMarked
package brig.seal;

import org.jspecify.annotations.NullMarked;
