package brig.hole.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a form carries so that it can be sent once, and only by the visitor to whom it was shown.
 *
 * <p>It is made of the time, 96 random bits and a code over both and the form's name, keyed by the
 * visitor's token. So nothing is stored when a form is shown, however often somebody asks for it;
 * what is stored is that a form was sent.
 *
 * @param shown when the form was shown, in milliseconds of the store's clock
 */
record FormNonce(String id, long shown) {
  private static final int RANDOM = 12;
  private static final int CODE = 16;
  private static final int HEAD = Long.BYTES + RANDOM;
  private static final int LENGTH = 48; // 36 bytes
  private static final SecureRandom SOURCE = new SecureRandom();

  static String mint(Token token, String form, long now) {
    byte[] random = new byte[RANDOM];
    SOURCE.nextBytes(random);
    byte[] head = ByteBuffer.allocate(HEAD).putLong(now).put(random).array();
    ByteBuffer whole = ByteBuffer.allocate(HEAD + CODE).put(head).put(code(token, form, head));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(whole.array());
  }

  /** Null when it was not made for this token and this form. Says nothing about its age. */
  static @Nullable FormNonce read(Token token, String form, String text) {
    if (text.length() != LENGTH) {
      return null;
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
    byte[] head = Arrays.copyOf(bytes, HEAD);
    byte[] given = Arrays.copyOfRange(bytes, HEAD, bytes.length);
    if (!MessageDigest.isEqual(given, code(token, form, head))) {
      return null;
    }
    byte[] random = Arrays.copyOfRange(head, Long.BYTES, HEAD);
    return new FormNonce(
        Base64.getUrlEncoder().withoutPadding().encodeToString(random),
        ByteBuffer.wrap(head).getLong());
  }

  private static byte[] code(Token token, String form, byte[] head) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(token.text().getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
      mac.update(head);
      mac.update(form.getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(mac.doFinal(), CODE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
