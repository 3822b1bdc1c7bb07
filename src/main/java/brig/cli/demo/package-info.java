/** {@code brig demo}. */
@NullMarked
package brig.cli.demo;

import org.jspecify.annotations.NullMarked;
