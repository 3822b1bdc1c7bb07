package brig.web.file;

import java.nio.ByteBuffer;

/**
 * Set on a request that was answered with a whole file from memory: the same request may be
 * answered so again.
 *
 * @param body direct, to be duplicated
 * @param untilNanos for how long, by System.nanoTime
 */
public record Memory(ByteBuffer body, long untilNanos) {
  /** The attribute. */
  public static final String ATTRIBUTE = "brig.memory";
}
