/**
 * The framing that jailed clients and the listener of a hole share: bytes to records and back.
 * Pure, no sockets, fuzzed; docs/hole.md explains the protocol.
 */
@NullMarked
package brig.hole.wire;

import org.jspecify.annotations.NullMarked;
