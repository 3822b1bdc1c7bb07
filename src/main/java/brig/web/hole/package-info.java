/**
 * Forms of holes under a path. The worker serves them ({@code brig.hole.front}); it can reach no
 * socket of the host, so the parent connects for it, as its user.
 */
@NullMarked
package brig.web.hole;

import org.jspecify.annotations.NullMarked;
