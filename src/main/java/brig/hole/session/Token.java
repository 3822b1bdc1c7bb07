package brig.hole.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a visitor holds: 256 random bits (OWASP ASVS 5.0, 7.2.3 asks for 128). Its text is never
 * stored, only {@link #hash}; it is printed as dots.
 */
public final class Token {
  private static final int BYTES = 32;
  private static final int LENGTH = 43;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String text;

  private Token(String text) {
    this.text = text;
  }

  public static Token fresh() {
    return new Token(random(BYTES));
  }

  /** Reads what a client sent; null when it cannot be a token of Brig's. */
  public static @Nullable Token read(String text) {
    if (text.length() != LENGTH) {
      return null;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      boolean known =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_';
      if (!known) {
        return null;
      }
    }
    return new Token(text);
  }

  /** Random bytes in the alphabet of file names and cookies (RFC 4648, section 5, no padding). */
  static String random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /**
   * Under what the session is stored. A plain digest: there is nothing to guess in 256 random bits.
   */
  public String hash() {
    return sha256(text);
  }

  static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  /** For the visitor's cookie and nothing else. */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Token token && token.text.equals(text);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(text);
  }

  @Override
  public String toString() {
    return "...";
  }
}
