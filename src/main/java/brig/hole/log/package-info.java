/** What the hole writes down of itself: the audit log, the counters, and what runs just now. */
@NullMarked
package brig.hole.log;

import org.jspecify.annotations.NullMarked;
