/** The prison break: every known way out of a jail, tried from the inside. */
@NullMarked
package brig.audit.breakout;

import org.jspecify.annotations.NullMarked;
