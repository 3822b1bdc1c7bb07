package brig.hole.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some bytes as a value. The array is not copied: whoever hands it in or takes it out leaves it as
 * it is.
 */
public final class Bytes {
  public static final Bytes NONE = new Bytes(new byte[0]);

  private final byte[] bytes;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Bytes of(byte[] bytes) {
    return bytes.length == 0 ? NONE : new Bytes(bytes);
  }

  /** The text in UTF-8; an unpaired surrogate becomes a question mark. */
  public static Bytes of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  public byte[] array() {
    return bytes;
  }

  public int length() {
    return bytes.length;
  }

  public ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes);
  }

  /**
   * The text, decoded strictly: no overlong form, no surrogate, nothing above U+10FFFF (RFC 3629,
   * section 3); null when it is not UTF-8.
   */
  public @Nullable String utf8() {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Their number alone: they may be a secret. */
  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
