/**
 * The ways in: the Unix socket and the pipes of version 1. Bytes become requests here, and answers
 * bytes; what a request means is the desk's to say.
 */
@NullMarked
package brig.hole.door;

import org.jspecify.annotations.NullMarked;
