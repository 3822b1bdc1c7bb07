/**
 * What stands between a request and the programs of its job: the visitor's session, the form that
 * was sent, the values of a wizard's earlier pages, who guesses passwords; and after it, what the
 * session keeps.
 */
@NullMarked
package brig.hole.visit;

import org.jspecify.annotations.NullMarked;
