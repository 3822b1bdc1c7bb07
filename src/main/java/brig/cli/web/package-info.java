/** {@code brig serve} and {@code brig reload}. */
@NullMarked
package brig.cli.web;

import org.jspecify.annotations.NullMarked;
