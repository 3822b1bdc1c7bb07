package brig.linux;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * File names between the kernel's bytes and Java's text, without loss. A name is any bytes but NUL
 * and slash; most are UTF-8. A byte that is not becomes one lone surrogate, U+DC80 to U+DCFF (as
 * Python's PEP 383 does), and goes back to that very byte.
 */
public final class FileNames {
  private FileNames() {}

  public static String decode(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        return decodeNonAscii(Arrays.copyOfRange(bytes, from, to));
      }
    }
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  public static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  private static String decodeNonAscii(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    while (true) {
      boolean malformed = decoder.decode(in, out, true).isError();
      if (!malformed) {
        return out.flip().toString();
      }
      out.put((char) (0xDC00 | (in.get() & 0xFF)));
      decoder.reset();
    }
  }

  /** The bytes of a name, without a terminating NUL. */
  public static byte[] encode(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 0x80) {
        return encodeNonAscii(name);
      }
    }
    return name.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] encodeNonAscii(String name) {
    byte[] out = new byte[name.length() * 3];
    int length = 0;
    int i = 0;
    while (i < name.length()) {
      char c = name.charAt(i);
      if (c >= 0xDC80 && c <= 0xDCFF && !followsHighSurrogate(name, i)) {
        out[length++] = (byte) c;
        i++;
        continue;
      }
      int next = i + Character.charCount(name.codePointAt(i));
      ByteBuffer encoded;
      try {
        encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name, i, next));
      } catch (CharacterCodingException e) {
        throw new IllegalArgumentException("not a file name: unpaired surrogate at " + i, e);
      }
      int count = encoded.remaining();
      encoded.get(out, length, count);
      length += count;
      i = next;
    }
    return Arrays.copyOf(out, length);
  }

  private static boolean followsHighSurrogate(String name, int i) {
    return i > 0 && Character.isHighSurrogate(name.charAt(i - 1));
  }
}
