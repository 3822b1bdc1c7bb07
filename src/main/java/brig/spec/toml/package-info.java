/**
 * TOML 1.0 to a tree in which every key and every value knows its line and column. Pure; never
 * throws for bad input; knows nothing of jails. Why this is not a library:
 * docs/decisions/0003-toml.md.
 */
@NullMarked
package brig.spec.toml;

import org.jspecify.annotations.NullMarked;
