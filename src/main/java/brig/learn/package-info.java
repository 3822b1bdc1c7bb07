/** What a service needs is learned from what it asks for: evidence to lock file, round by round. */
@NullMarked
package brig.learn;

import org.jspecify.annotations.NullMarked;
