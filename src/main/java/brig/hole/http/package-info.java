/**
 * Shows a hole's forms by HTTP on a loopback address, from a process that is jailed: for trying a
 * hole, and for a web server that passes requests on.
 */
@NullMarked
package brig.hole.http;

import org.jspecify.annotations.NullMarked;
