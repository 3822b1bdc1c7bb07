package brig.spec;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Sizes, durations and permission bits, as people write them. */
public final class Quantities {
  private Quantities() {}

  /** {@code 4096}, {@code 64K}, {@code 200M}, {@code 2G}: powers of 1024. */
  public static OptionalLong size(String text) {
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    int shift =
        switch (text.charAt(text.length() - 1)) {
          case 'K', 'k' -> 10;
          case 'M' -> 20;
          case 'G' -> 30;
          case 'T' -> 40;
          default -> 0;
        };
    long number = digits(shift == 0 ? text : text.substring(0, text.length() - 1));
    return number < 0 || number > Long.MAX_VALUE >> shift
        ? OptionalLong.empty()
        : OptionalLong.of(number << shift);
  }

  /** {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}; null when it is none. */
  public static @Nullable Duration duration(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) < '0' || text.charAt(end - 1) > '9')) {
      end--;
    }
    long number = digits(text.substring(0, end));
    if (number < 0 || number > 1_000_000) {
      return null;
    }
    return switch (text.substring(end)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> null;
    };
  }

  /** Octal digits, such as {@code 027} or {@code 0750}. */
  public static OptionalInt bits(String text, int highest) {
    if (text.length() < 3 || text.length() > 5) {
      return OptionalInt.empty();
    }
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 7) {
        return OptionalInt.empty();
      }
      bits = bits * 8 + digit;
    }
    return bits > highest ? OptionalInt.empty() : OptionalInt.of(bits);
  }

  /** A number of ASCII digits; -1 when it is none or too large. */
  public static long digits(String text) {
    if (text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
