/** Certificates and keys. */
@NullMarked
package brig.web.tls;

import org.jspecify.annotations.NullMarked;
