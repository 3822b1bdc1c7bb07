/** From a name on the command line to a jailfile, a plan and a built jail. */
@NullMarked
package brig.cli.jail;

import org.jspecify.annotations.NullMarked;
