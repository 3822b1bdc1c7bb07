package brig.hole.front;

import org.jspecify.annotations.Nullable;

/**
 * Whether a POST comes from a page of this very site, as the browser tells: by Origin, or where an
 * old one sends none, by Referer. What tells neither is refused.
 */
final class SameSite {
  private SameSite() {}

  static boolean is(FrontRequest request) {
    String host = request.header("host");
    String origin = request.header("origin");
    String from = origin != null ? origin : request.header("referer");
    if (host == null || from == null) {
      return false;
    }
    String site = request.header("sec-fetch-site");
    if (site != null && !site.equals("same-origin")) {
      return false;
    }
    return host.equalsIgnoreCase(authority(from, request.secure() ? "https://" : "http://"));
  }

  private static @Nullable String authority(String address, String scheme) {
    if (!address.startsWith(scheme)) {
      return null;
    }
    int slash = address.indexOf('/', scheme.length());
    return address.substring(scheme.length(), slash < 0 ? address.length() : slash);
  }
}
