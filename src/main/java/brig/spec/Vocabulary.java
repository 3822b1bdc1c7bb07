package brig.spec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys that a kind of file knows, by table, and how its tables are called in messages. */
public interface Vocabulary {
  /**
   * The keys of a kind of table, of those that a file of this kind has.
   *
   * @param tables every kind with its keys; {@code ""} is the top of the file
   */
  static List<String> keysOf(Map<String, List<String>> tables, String kind) {
    List<String> keys = tables.get(kind);
    if (keys == null) {
      throw new IllegalArgumentException("no such table: " + kind);
    }
    return keys;
  }

  /** The first kind of table that has a key; null: none. */
  static @Nullable String tableOf(Map<String, List<String>> tables, String key) {
    for (Map.Entry<String, List<String>> table : tables.entrySet()) {
      if (table.getValue().contains(key)) {
        return table.getKey();
      }
    }
    return null;
  }

  /** What {@link #elsewhere} says of a key of the top. */
  String AT_THE_TOP = "It belongs to the top of the file, before the first [table].";

  /** The keys of a table, in the order of the reference. */
  List<String> keys(String table);

  /** Which table it is, such as {@code " in [files]"}; empty for the top of the file. */
  String where(String table);

  /** A sentence that says where a key belongs that is not known here; null: nowhere. */
  default @Nullable String elsewhere(String key) {
    return null;
  }
}
