/** The jailed process that serves. */
@NullMarked
package brig.web.worker;

import org.jspecify.annotations.NullMarked;
