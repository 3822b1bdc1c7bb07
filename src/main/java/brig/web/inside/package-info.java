/** What handlers of the worker have around them; each action's handler lives in its own room. */
@NullMarked
package brig.web.inside;

import org.jspecify.annotations.NullMarked;
