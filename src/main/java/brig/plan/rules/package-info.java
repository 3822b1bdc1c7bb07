/** What is opened at run time, by kind of software: one small class for each. */
@NullMarked
package brig.plan.rules;

import org.jspecify.annotations.NullMarked;
