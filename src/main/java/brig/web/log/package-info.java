/** Access and error logs. */
@NullMarked
package brig.web.log;

import org.jspecify.annotations.NullMarked;
