/**
 * TOML 1.0 to a tree in which every key and every value knows its line and column. Pure; never
 * throws for bad input; knows nothing of jails. Why it is not a library: docs/jailfile.md's reader
 * runs before every start of a service (docs/decisions/0003-toml.md).
 */
@NullMarked
package brig.spec.toml;

import org.jspecify.annotations.NullMarked;
