/**
 * What a hole offers: its file to records, every mistake with line and column, and the judging of
 * what visitors typed. Pure: nothing here asks the host; docs/hole.md is the reference.
 */
@NullMarked
package brig.hole.job;

import org.jspecify.annotations.NullMarked;
