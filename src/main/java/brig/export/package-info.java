/** What a jail becomes outside of Brig: systemd units, init scripts. */
@NullMarked
package brig.export;

import org.jspecify.annotations.NullMarked;
