package brig.tree;

import brig.report.Position;
import org.jspecify.annotations.Nullable;

/**
 * That a jail is to have a file system of its own.
 *
 * @param sizeBytes of the file that holds it
 * @param at the line that asks for it, for messages
 */
public record OwnVolume(long sizeBytes, @Nullable Position at) {}
