/** {@code brig libs} and {@code brig needs}: the loader's answers by themselves. */
@NullMarked
package brig.cli.library;

import org.jspecify.annotations.NullMarked;
