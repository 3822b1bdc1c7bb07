package brig.web.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A name and a password as a client sends them (RFC 7617, 2). */
record Credentials(String user, String password) {
  private static final int MOST = 1024;

  /**
   * Reads the header's value.
   *
   * @return null when it is of another scheme, or not well formed
   */
  static @Nullable Credentials of(@Nullable String header) {
    if (header == null
        || header.length() > MOST
        || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
      return null;
    }
    String encoded = header.substring(6).trim();
    String text;
    try {
      byte[] bytes = Base64.getDecoder().decode(encoded);
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return null;
    }
    int colon = text.indexOf(':');
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return null;
      }
    }
    return colon < 1 ? null : new Credentials(text.substring(0, colon), text.substring(colon + 1));
  }

  @Override
  public String toString() {
    return "Credentials of " + user;
  }
}
