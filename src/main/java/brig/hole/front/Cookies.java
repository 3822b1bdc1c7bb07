package brig.hole.front;

import brig.hole.wire.Names;
import org.jspecify.annotations.Nullable;

/**
 * The two cookies. By TLS the token's is bound to this host and to TLS by its name (RFC 6265bis,
 * 4.1.3.2, {@code __Host-}). Without TLS, which is for a loopback address alone, no browser would
 * take such a one: there it has another name and no Secure, so that neither is ever taken for the
 * other. It is Lax and not Strict: whoever follows a link of a letter to a form would else be shown
 * it as a stranger, and get a new token in place of the one that is logged in. What Lax lets
 * through is GET, which changes nothing here.
 */
final class Cookies {
  private static final String SECURE = "__Host-brig";
  private static final String PLAIN = "brig";
  private static final String LANGUAGE = "brig-language";

  private Cookies() {}

  static @Nullable String token(FrontRequest request) {
    String value = value(request, request.secure() ? SECURE : PLAIN);
    return value != null && Names.isToken(value) ? value : null;
  }

  static @Nullable String language(FrontRequest request) {
    String value = value(request, LANGUAGE);
    return value != null && Names.isLanguageWish(value) ? value : null;
  }

  static String setToken(FrontRequest request, String token) {
    return request.secure()
        ? SECURE + "=" + token + "; Path=/; Secure; HttpOnly; SameSite=Lax"
        : PLAIN + "=" + token + "; Path=/; HttpOnly; SameSite=Lax";
  }

  static String setLanguage(FrontRequest request, String language) {
    String secure = request.secure() ? "; Secure" : "";
    return LANGUAGE + "=" + language + "; Path=/" + secure + "; HttpOnly; SameSite=Lax";
  }

  /** Null when there is none, or more than one: somebody has planted another beside ours. */
  private static @Nullable String value(FrontRequest request, String name) {
    String header = request.header("cookie");
    String found = null;
    for (String part : header == null ? new String[0] : header.split(";", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0 && part.substring(0, equals).strip().equals(name)) {
        if (found != null) {
          return null;
        }
        found = part.substring(equals + 1).strip();
      }
    }
    return found;
  }
}
