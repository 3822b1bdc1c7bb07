/** Static files. */
@NullMarked
package brig.web.file;

import org.jspecify.annotations.NullMarked;
