/** What parent and worker say to each other. */
@NullMarked
package brig.web.wire;

import org.jspecify.annotations.NullMarked;
