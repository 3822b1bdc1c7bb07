package brig.hole.front;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * A job's output as text, while it comes. What is not UTF-8, and whatever would move a terminal's
 * cursor or turn the direction of writing, becomes U+FFFD; tabs stay, and line ends of any kind
 * become newlines.
 */
final class LiveText {
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final StringBuilder text = new StringBuilder();
  private boolean afterReturn;
  private ByteBuffer left = ByteBuffer.allocate(0);

  void add(byte[] bytes) {
    ByteBuffer in = ByteBuffer.allocate(left.remaining() + bytes.length);
    in.put(left).put(bytes).flip();
    decode(in, false);
    left = in;
  }

  /** Nothing comes any more. */
  void end() {
    decode(left, true);
    left = ByteBuffer.allocate(0);
  }

  private void decode(ByteBuffer in, boolean last) {
    CharBuffer out = CharBuffer.allocate(in.remaining() + 2);
    decoder.decode(in, out, last);
    if (last) {
      decoder.flush(out);
      decoder.reset();
    }
    out.flip();
    while (out.hasRemaining()) {
      char c = out.get();
      if (c == '\r') {
        text.append('\n');
      } else if (c != '\n' || !afterReturn) {
        text.append(isHarmless(c) ? c : '\uFFFD');
      }
      afterReturn = c == '\r';
    }
  }

  private static boolean isHarmless(char c) {
    if (c < ' ' || (c >= 0x7F && c < 0xA0)) {
      return c == '\n' || c == '\t';
    }
    // LRM, RLM, ALM, embeddings, overrides and isolates (Unicode, UAX 9, section 2)
    return !(c == 0x61C
        || (c >= 0x200E && c <= 0x200F)
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069));
  }

  int length() {
    return text.length();
  }

  String from(int at) {
    return text.substring(at);
  }
}
