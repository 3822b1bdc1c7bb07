package brig.spec.toml;

import brig.report.Position;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table, its keys in the order of the file. */
public final class TomlTable implements TomlValue {
  /** How a table came to be, which decides who may add to it. */
  enum Origin {
    /** Named on the way to another: {@code [a.b]} makes {@code a}; a header may still define it. */
    IMPLIED,
    /** By its own header. */
    HEADER,
    /** By a dotted key; only dotted keys beside it may add. */
    DOTTED,
    /** Written in braces; complete. */
    INLINE
  }

  /** A key, where it is written, and its value. */
  public record Item(String key, Position at, TomlValue value) {}

  private final Map<String, Item> items = new LinkedHashMap<>();
  private final Position at;
  private Origin origin;

  TomlTable(Position at, Origin origin) {
    this.at = at;
    this.origin = origin;
  }

  /** A table that is not there. */
  public static TomlTable empty(Position at) {
    return new TomlTable(at, Origin.INLINE);
  }

  public @Nullable Item get(String key) {
    return items.get(key);
  }

  public Collection<Item> items() {
    return items.values();
  }

  @Override
  public Position at() {
    return at;
  }

  @Override
  public String kind() {
    return "a table";
  }

  Origin origin() {
    return origin;
  }

  void define() {
    origin = Origin.HEADER;
  }

  void put(String key, Position keyAt, TomlValue value) {
    items.put(key, new Item(key, keyAt, value));
  }
}
