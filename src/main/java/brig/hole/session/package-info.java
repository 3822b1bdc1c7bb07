/**
 * Who is logged in. The web side holds a token and nothing else; what it stands for is kept here,
 * outside the wall, under the token's hash.
 */
@NullMarked
package brig.hole.session;

import org.jspecify.annotations.NullMarked;
