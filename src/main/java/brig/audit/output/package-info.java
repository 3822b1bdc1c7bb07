/** An audit as text, JSON and SARIF. */
@NullMarked
package brig.audit.output;

import org.jspecify.annotations.NullMarked;
