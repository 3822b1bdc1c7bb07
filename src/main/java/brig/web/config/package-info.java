/** The configuration of {@code brig serve}: TOML to records, every mistake with line and column. */
@NullMarked
package brig.web.config;

import org.jspecify.annotations.NullMarked;
