/** CGI 1.1 (RFC 3875): what a program is told, what it answers, and how it is started and ended. */
@NullMarked
package brig.web.cgi;

import org.jspecify.annotations.NullMarked;
