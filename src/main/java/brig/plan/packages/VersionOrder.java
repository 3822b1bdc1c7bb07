package brig.plan.packages;

/**
 * Which of two versions is the later, as dpkg and rpm both see it for versions that differ in
 * digits or letters: deb-version(7), "Sorting algorithm". The tilde comes before the end of a part.
 */
public final class VersionOrder {
  private VersionOrder() {}

  /** Negative when {@code a} is the earlier, positive when it is the later. */
  public static int compare(String a, String b) {
    int byEpoch = part(epoch(a), epoch(b));
    if (byEpoch != 0) {
      return byEpoch;
    }
    int byUpstream = part(upstream(a), upstream(b));
    return byUpstream != 0 ? byUpstream : part(revision(a), revision(b));
  }

  private static String epoch(String version) {
    int colon = version.indexOf(':');
    return colon < 0 ? "0" : version.substring(0, colon);
  }

  private static String upstream(String version) {
    int dash = version.lastIndexOf('-');
    return version.substring(version.indexOf(':') + 1, dash < 0 ? version.length() : dash);
  }

  private static String revision(String version) {
    int dash = version.lastIndexOf('-');
    return dash < 0 ? "0" : version.substring(dash + 1);
  }

  /** Runs of what is no digit and runs of digits, in turn. */
  private static int part(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() || j < b.length()) {
      while ((i < a.length() && !isDigit(a, i)) || (j < b.length() && !isDigit(b, j))) {
        int order = weight(a, i) - weight(b, j);
        if (order != 0) {
          return order;
        }
        i++;
        j++;
      }
      int endA = endOfDigits(a, i);
      int endB = endOfDigits(b, j);
      int order = numbers(a.substring(i, endA), b.substring(j, endB));
      if (order != 0) {
        return order;
      }
      i = endA;
      j = endB;
    }
    return 0;
  }

  private static boolean isDigit(String text, int at) {
    return text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static int weight(String text, int at) {
    if (at >= text.length() || isDigit(text, at)) {
      return 0;
    }
    char c = text.charAt(at);
    if (c == '~') {
      return -1;
    }
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter ? c : c + 256;
  }

  private static int endOfDigits(String text, int from) {
    int end = Math.min(from, text.length());
    while (end < text.length() && isDigit(text, end)) {
      end++;
    }
    return end;
  }

  /** Of any length: a date is a version too. */
  private static int numbers(String a, String b) {
    String plainA = withoutZeros(a);
    String plainB = withoutZeros(b);
    return plainA.length() != plainB.length()
        ? plainA.length() - plainB.length()
        : plainA.compareTo(plainB);
  }

  private static String withoutZeros(String digits) {
    int start = 0;
    while (start < digits.length() && digits.charAt(start) == '0') {
      start++;
    }
    return digits.substring(start);
  }
}
