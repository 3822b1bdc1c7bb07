/**
 * A job's form, from its description: HTML and JSON, made outside of the wall, so that whatever
 * shows it inside needs to know nothing of jobs.
 */
@NullMarked
package brig.hole.form;

import org.jspecify.annotations.NullMarked;
