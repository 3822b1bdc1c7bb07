/** What is wrong with a hole on this host, and what is allowed in its file and seldom meant. */
@NullMarked
package brig.hole.lint;

import org.jspecify.annotations.NullMarked;
