/** The tracer: who asked for which path, and what the kernel answered. */
@NullMarked
package brig.trace;

import org.jspecify.annotations.NullMarked;
