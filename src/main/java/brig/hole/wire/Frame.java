package brig.hole.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One frame, {@code TYPE LEN\n} and LEN bytes, whatever its type means.
 *
 * @param type a letter from A to Z
 * @param payload at most {@link #MAX_PAYLOAD} bytes
 */
public record Frame(char type, Bytes payload) {
  /** The most bytes of a header with its newline; what follows the rules is shorter. */
  public static final int MAX_HEADER = 32;

  /** The most bytes of a payload. */
  public static final int MAX_PAYLOAD = 65536;

  public Frame {
    if (type < 'A' || type > 'Z') {
      throw new IllegalArgumentException("not a frame's type: " + (int) type);
    }
    if (payload.length() > MAX_PAYLOAD) {
      throw new IllegalArgumentException("a frame holds no " + payload.length() + " bytes");
    }
  }

  /** The header alone, for a payload that is written from where it lies. */
  public static byte[] header(char type, int length) {
    return (type + " " + length + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** The whole frame. */
  public byte[] encoded() {
    byte[] header = header(type, payload.length());
    byte[] whole = new byte[header.length + payload.length()];
    System.arraycopy(header, 0, whole, 0, header.length);
    System.arraycopy(payload.array(), 0, whole, header.length, payload.length());
    return whole;
  }

  /** The number of bytes of {@link #encoded}. */
  public int encodedLength() {
    return header(type, payload.length()).length + payload.length();
  }

  /**
   * Appends the frame.
   *
   * @throws java.nio.BufferOverflowException when it does not fit; nothing is written then
   */
  public void encode(ByteBuffer out) {
    out.put(encoded());
  }
}
