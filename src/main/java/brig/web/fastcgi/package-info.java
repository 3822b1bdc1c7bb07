/** A client of FastCGI: records, connections that are kept, and requests over them. */
@NullMarked
package brig.web.fastcgi;

import org.jspecify.annotations.NullMarked;
