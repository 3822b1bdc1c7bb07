/** The rules of the audit, a class each. */
@NullMarked
package brig.audit.rules;

import org.jspecify.annotations.NullMarked;
