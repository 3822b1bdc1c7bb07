/** Calls jobs from inside a jail, in Java; what clients/ has for other languages. */
@NullMarked
package brig.hole.client;

import org.jspecify.annotations.NullMarked;
