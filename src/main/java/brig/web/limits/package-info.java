/** Bounds: how much of the server one client, or all of them, may take. */
@NullMarked
package brig.web.limits;

import org.jspecify.annotations.NullMarked;
