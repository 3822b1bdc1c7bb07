/** Answers by another server of HTTP, or lets a client speak with it. */
@NullMarked
package brig.web.proxy;

import org.jspecify.annotations.NullMarked;
