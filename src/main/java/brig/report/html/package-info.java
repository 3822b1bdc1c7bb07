/** HTML that is escaped by construction. */
@NullMarked
package brig.report.html;

import org.jspecify.annotations.NullMarked;
