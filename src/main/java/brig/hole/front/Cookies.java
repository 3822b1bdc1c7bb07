package brig.hole.front;

import brig.hole.wire.Names;
import org.jspecify.annotations.Nullable;

/**
 * The two cookies. By TLS the token's is bound to this host and to TLS by its name (RFC 6265bis,
 * 4.1.3.2, {@code __Host-}). Where the front has a part of a site only, browsers send it there
 * alone, so that neither another hole nor a program of the same site sees it; that prefix wants the
 * whole site, and the name says {@code __Secure-}, TLS alone. Without TLS, which is for a loopback
 * address alone, no browser would take such a one: there it has another name and no Secure, so that
 * neither is ever taken for the other. It is Lax and not Strict: whoever follows a link of a letter
 * to a form would else be shown it as a stranger, and get a new token in place of the one that is
 * logged in. What Lax lets through is GET, which changes nothing here.
 */
final class Cookies {
  private static final String OF_HOST = "__Host-brig";
  private static final String SECURE = "__Secure-brig";
  private static final String PLAIN = "brig";
  private static final String LANGUAGE = "brig-language";

  private final String base;

  /**
   * @param base where the front is served: begins and ends with a slash
   */
  Cookies(String base) {
    this.base = base;
  }

  private String tokenName(FrontRequest request) {
    if (!request.secure()) {
      return PLAIN;
    }
    return base.equals("/") ? OF_HOST : SECURE;
  }

  @Nullable String token(FrontRequest request) {
    String value = value(request, tokenName(request));
    return value != null && Names.isToken(value) ? value : null;
  }

  @Nullable String language(FrontRequest request) {
    String value = value(request, LANGUAGE);
    return value != null && Names.isLanguageWish(value) ? value : null;
  }

  String setToken(FrontRequest request, String token) {
    return set(request, tokenName(request), token);
  }

  String setLanguage(FrontRequest request, String language) {
    return set(request, LANGUAGE, language);
  }

  private String set(FrontRequest request, String name, String value) {
    String secure = request.secure() ? "; Secure" : "";
    return name + "=" + value + "; Path=" + base + secure + "; HttpOnly; SameSite=Lax";
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
