/** Basic authentication (RFC 7617) from a file of names and hashes. */
@NullMarked
package brig.web.auth;

import org.jspecify.annotations.NullMarked;
