/** The real host, as the rest of Brig sees it. */
@NullMarked
package brig.cli.host;

import org.jspecify.annotations.NullMarked;
