/**
 * The web side of a hole, to be run inside of a jail: HTTP in, frames of the wire out, and back. It
 * knows no job, holds no session, and is believed nothing; whatever serves HTTP can call it.
 */
@NullMarked
package brig.hole.front;

import org.jspecify.annotations.NullMarked;
