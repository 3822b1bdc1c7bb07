/** A plan on disk: staged beside the old generation, then made current in one step. */
@NullMarked
package brig.tree;

import org.jspecify.annotations.NullMarked;
