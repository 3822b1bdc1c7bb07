/**
 * What belongs into a jail and why: {@link brig.spec.JailSpec} and a read-only {@link
 * brig.plan.Host} to {@link brig.plan.Plan}.
 */
@NullMarked
package brig.plan;

import org.jspecify.annotations.NullMarked;
