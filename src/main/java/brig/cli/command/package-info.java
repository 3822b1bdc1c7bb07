/** What every command is made of: its arguments, its output, its progress. */
@NullMarked
package brig.cli.command;

import org.jspecify.annotations.NullMarked;
