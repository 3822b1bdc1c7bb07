package brig.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys that a kind of file knows, by table, and how its tables are called in messages. */
public interface Vocabulary {
  /** The keys of a table, in the order of the reference. */
  List<String> keys(String table);

  /** Which table it is, such as {@code " in [files]"}; empty for the top of the file. */
  String where(String table);

  /** A sentence that says where a key belongs that is not known here; null: nowhere. */
  default @Nullable String elsewhere(String key) {
    return null;
  }
}
