/** What tests of several packages build on. */
@NullMarked
package brig.testing;

import org.jspecify.annotations.NullMarked;
