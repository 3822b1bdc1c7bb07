package brig.spec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** {@code [limits]}. */
final class LimitsReader {
  /** Keys to the names of setrlimit(2). */
  static final Map<String, String> RESOURCES = new LinkedHashMap<>();

  static {
    RESOURCES.put("open_files", "RLIMIT_NOFILE");
    RESOURCES.put("processes", "RLIMIT_NPROC");
    RESOURCES.put("file_size", "RLIMIT_FSIZE");
    RESOURCES.put("core", "RLIMIT_CORE");
    RESOURCES.put("cpu_time", "RLIMIT_CPU");
    RESOURCES.put("address_space", "RLIMIT_AS");
    RESOURCES.put("locked_memory", "RLIMIT_MEMLOCK");
    RESOURCES.put("stack", "RLIMIT_STACK");
    RESOURCES.put("data", "RLIMIT_DATA");
  }

  private static final long UNLIMITED = -1;
  private static final long LEAST_MEMORY = 1L << 20;
  private static final long MOST = 1L << 50;

  private final Section limits;
  private final Mistakes mistakes;

  LimitsReader(Section limits, Mistakes mistakes) {
    this.limits = limits;
    this.mistakes = mistakes;
  }

  JailSpec.Limits read() {
    Map<String, Located<Long>> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> resource : RESOURCES.entrySet()) {
      Located<String> text = limits.numberOrText(resource.getKey());
      if (text != null) {
        values.put(resource.getValue(), new Located<>(value(resource.getKey(), text), text.at()));
      }
    }
    // What a crashed service held in memory is nobody's to keep.
    values.putIfAbsent("RLIMIT_CORE", new Located<>(0L, limits.at()));
    return new JailSpec.Limits(
        values, new JailSpec.Shared(shared("memory"), shared("tasks"), shared("cpu")));
  }

  /** Of the whole jail, by its control group. */
  private @Nullable Located<Long> shared(String key) {
    Located<String> text = limits.numberOrText(key);
    if (text == null) {
      return null;
    }
    OptionalLong value =
        switch (key) {
          case "memory" -> Quantities.size(text.value());
          case "cpu" -> percent(text.value());
          default -> nonNegative(Quantities.digits(text.value()));
        };
    long least = key.equals("memory") ? LEAST_MEMORY : 1;
    if (value.isEmpty() || value.getAsLong() < least || value.getAsLong() > MOST) {
      mistakes.add(
          text.at(),
          "\"" + text.value() + "\" is no limit for '" + key + "'",
          switch (key) {
            case "memory" -> "Write bytes or a number with K, M or G, at least 1M: \"256M\".";
            case "cpu" -> "Write hundredths of one processor: \"50%\", \"200%\" for two.";
            default -> "Write how many processes and threads the jail may have.";
          });
      return null;
    }
    return new Located<>(value.getAsLong(), text.at());
  }

  private static OptionalLong percent(String text) {
    return text.endsWith("%")
        ? nonNegative(Quantities.digits(text.substring(0, text.length() - 1)))
        : OptionalLong.empty();
  }

  private long value(String key, Located<String> text) {
    if (text.value().equals("unlimited")) {
      return UNLIMITED;
    }
    boolean bytes =
        switch (key) {
          case "open_files", "processes", "cpu_time" -> false;
          default -> true;
        };
    OptionalLong value =
        bytes ? Quantities.size(text.value()) : nonNegative(Quantities.digits(text.value()));
    if (value.isEmpty()) {
      mistakes.add(
          text.at(),
          "\"" + text.value() + "\" is no limit for '" + key + "'",
          bytes
              ? "Write bytes, a number with K, M or G, or \"unlimited\"."
              : "Write a whole number"
                  + (key.equals("cpu_time") ? " of seconds" : "")
                  + ", or \"unlimited\".");
      return UNLIMITED;
    }
    long limit = value.getAsLong();
    if (limit < least(key)) {
      mistakes.add(
          text.at(),
          "no service can start with " + key + " = " + text.value(),
          "Give it at least " + least(key) + ".");
    }
    return limit;
  }

  private static OptionalLong nonNegative(long number) {
    return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
  }

  /** Below these not even the loader gets far. */
  private static long least(String key) {
    return switch (key) {
      case "open_files" -> 8;
      case "processes", "cpu_time" -> 1;
      case "address_space", "data" -> 1 << 20;
      case "stack" -> 64 << 10;
      default -> 0;
    };
  }
}
