package brig.web.file;

import org.eclipse.jetty.http.HttpDateTime;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** Conditional requests: RFC 9110, 13.2.2, in its order. */
final class Conditions {
  private Conditions() {}

  /** 412 or 304, when that is the answer; 0: the request goes on. */
  static int evaluate(HttpFields asked, Version version) {
    String ifMatch = asked.get(HttpHeader.IF_MATCH);
    if (ifMatch != null) {
      if (!ifMatch.strip().equals("*") && !lists(ifMatch, version.etag(), false)) {
        return 412;
      }
    } else {
      long since = date(asked.get(HttpHeader.IF_UNMODIFIED_SINCE));
      if (since >= 0 && version.modifiedSeconds() > since) {
        return 412;
      }
    }
    String ifNoneMatch = asked.get(HttpHeader.IF_NONE_MATCH);
    if (ifNoneMatch != null) {
      boolean same = ifNoneMatch.strip().equals("*") || lists(ifNoneMatch, version.etag(), true);
      return same ? 304 : 0;
    }
    long since = date(asked.get(HttpHeader.IF_MODIFIED_SINCE));
    return since >= 0 && version.modifiedSeconds() <= since ? 304 : 0;
  }

  /** Whether a range is still one of this version (13.1.5). */
  static boolean rangeHolds(HttpFields asked, Version version) {
    String ifRange = asked.get(HttpHeader.IF_RANGE);
    if (ifRange == null) {
      return true;
    }
    String wanted = ifRange.strip();
    return wanted.startsWith("\"")
        ? wanted.equals(version.etag())
        : date(wanted) == version.modifiedSeconds();
  }

  private static long date(@Nullable String text) {
    if (text == null) {
      return -1;
    }
    long millis = HttpDateTime.parseToEpoch(text);
    return millis < 0 ? -1 : millis / 1000;
  }

  private static boolean lists(String field, String etag, boolean weak) {
    int at = 0;
    while (at < field.length()) {
      char c = field.charAt(at);
      if (c == ',' || c == ' ' || c == '\t') {
        at++;
        continue;
      }
      boolean isWeak = field.startsWith("W/", at);
      int begin = isWeak ? at + 2 : at;
      int end =
          begin < field.length() && field.charAt(begin) == '"' ? field.indexOf('"', begin + 1) : -1;
      if (end < 0) {
        return false;
      }
      if ((weak || !isWeak) && field.substring(begin, end + 1).equals(etag)) {
        return true;
      }
      at = end + 1;
    }
    return false;
  }
}
