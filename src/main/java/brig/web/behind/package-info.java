/** From the configuration to the handlers of what is behind the server and in front of it. */
@NullMarked
package brig.web.behind;

import org.jspecify.annotations.NullMarked;
