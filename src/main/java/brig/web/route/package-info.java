/** From a host name and a path to the site and the location that answer. */
@NullMarked
package brig.web.route;

import org.jspecify.annotations.NullMarked;
