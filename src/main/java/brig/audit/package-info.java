/** What is really on disk and running, against what should be: findings. Writes nothing. */
@NullMarked
package brig.audit;

import org.jspecify.annotations.NullMarked;
