/** The process outside: opens what the worker is handed, starts it, watches it, replaces it. */
@NullMarked
package brig.web.parent;

import org.jspecify.annotations.NullMarked;
