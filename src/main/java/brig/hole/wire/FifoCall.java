package brig.hole.wire;

import java.nio.charset.StandardCharsets;

/**
 * A line on the FIFO door: {@code JOB REPLY-ID}.
 *
 * @param reply the name of the reply pipe; the input's is {@code REPLY-ID.in}, that of the end
 *     {@code REPLY-ID.end}
 */
public record FifoCall(String job, String reply) {
  /** The most bytes of a line with its newline: what a write to a pipe keeps together (pipe(7)). */
  public static final int MAX_LINE = 4096;

  /** What the name of the input's pipe has more than the reply's. */
  public static final String INPUT = ".in";

  /** What the name of the pipe for the end has more than the reply's. */
  public static final String END = ".end";

  /**
   * Reads a line without its newline.
   *
   * @throws WireException it is none
   */
  public static FifoCall parse(Bytes line) throws WireException {
    String text = new String(line.array(), StandardCharsets.ISO_8859_1);
    int blank = text.indexOf(' ');
    if (blank < 0) {
      throw new WireException(new WireError.BadLine("is not JOB REPLY"));
    }
    String job = text.substring(0, blank);
    String reply = text.substring(blank + 1);
    if (!Names.isJob(job)) {
      throw new WireException(new WireError.BadLine("names no job"));
    }
    if (!Names.isReply(reply) || reply.endsWith(INPUT) || reply.endsWith(END)) {
      throw new WireException(new WireError.BadLine("names no reply"));
    }
    return new FifoCall(job, reply);
  }
}
