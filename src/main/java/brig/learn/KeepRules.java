package brig.learn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a jail keeps although no run touched it: it is loaded rarely, late, or only when something
 * goes wrong. The reasons are those of docs/learn.md.
 */
final class KeepRules {
  private KeepRules() {}

  private enum Where {
    BELOW,
    NAME_BEGINS,
    HAS
  }

  private record Rule(Where where, String text, String reason) {
    boolean applies(String path, String name) {
      return switch (where) {
        case BELOW -> path.startsWith(text);
        case NAME_BEGINS -> name.startsWith(text);
        case HAS -> path.contains(text);
      };
    }
  }

  private static final List<Rule> RULES =
      List.of(
          new Rule(Where.NAME_BEGINS, "libgcc_s.so", "threads that are cancelled load it"),
          new Rule(Where.NAME_BEGINS, "libnss_", "name services, loaded at the first look-up"),
          new Rule(Where.HAS, "/gconv/", "character sets, loaded when one is named"),
          new Rule(Where.BELOW, "/usr/lib/locale/", "locales"),
          new Rule(Where.BELOW, "/usr/share/locale/", "messages in other languages"),
          new Rule(Where.BELOW, "/usr/share/zoneinfo/", "time zones, read when one is named"),
          new Rule(Where.BELOW, "/usr/share/ca-certificates/", "certificate authorities"),
          new Rule(Where.BELOW, "/usr/local/share/ca-certificates/", "certificate authorities"),
          new Rule(Where.BELOW, "/var/www/", "what a site serves"),
          new Rule(Where.BELOW, "/srv/", "what a site serves"),
          new Rule(Where.BELOW, "/usr/share/nginx/html/", "what a site serves"),
          new Rule(Where.BELOW, "/usr/lib/ssl/", "certificate authorities"),
          new Rule(Where.HAS, "/ossl-modules/", "cryptography, loaded when a peer wants it"),
          new Rule(Where.HAS, "/engines-3/", "cryptography, loaded when a peer wants it"),
          new Rule(Where.HAS, "-linux-gnu/security/", "modules of PAM, loaded at a log-in"),
          new Rule(Where.BELOW, "/etc/", "configuration, read at a reload"),
          new Rule(Where.HAS, "/error/", "error pages"),
          new Rule(Where.HAS, "/encodings/", "encodings of python, loaded when one is named"),
          new Rule(Where.HAS, "/unicore/", "character tables of perl"),
          new Rule(Where.HAS, "/Encode/", "encodings of perl, loaded when one is named"),
          new Rule(Where.HAS, "/Carp", "what perl says when it fails"),
          new Rule(Where.BELOW, "/dev/", "devices"));

  /** Why a file stays; null: no rule says so. */
  static @Nullable String reason(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    for (Rule rule : RULES) {
      if (rule.applies(path, name)) {
        return rule.reason();
      }
    }
    return isErrorPage(name) ? "error pages" : null;
  }

  /** {@code 404.html}, {@code 50x.html}. */
  private static boolean isErrorPage(String name) {
    return name.length() > 4
        && (name.charAt(0) == '4' || name.charAt(0) == '5')
        && isDigitOrX(name.charAt(1))
        && isDigitOrX(name.charAt(2))
        && name.charAt(3) == '.';
  }

  private static boolean isDigitOrX(char c) {
    return c == 'x' || (c >= '0' && c <= '9');
  }
}
