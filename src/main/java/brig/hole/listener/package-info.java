/** The process that serves holes: what is wired to what, reload, the orderly end. */
@NullMarked
package brig.hole.listener;

import org.jspecify.annotations.NullMarked;
