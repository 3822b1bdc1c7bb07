/** What runs: orders made from jailfiles, state, output, stopping, and why something died. */
@NullMarked
package brig.launch.service;

import org.jspecify.annotations.NullMarked;
