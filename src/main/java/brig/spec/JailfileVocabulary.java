package brig.spec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** That of jailfiles and their lock files. */
final class JailfileVocabulary implements Vocabulary {
  static final JailfileVocabulary INSTANCE = new JailfileVocabulary();

  private JailfileVocabulary() {}

  @Override
  public List<String> keys(String table) {
    return Grammar.keys(table);
  }

  @Override
  public String where(String table) {
    return switch (table) {
      case "", Grammar.LOCK -> "";
      case "filesystem", "ready" -> " in " + table;
      case "files.writable", "files.temporary", "files.content" ->
          " in " + table.substring("files.".length());
      case "lock.seccomp", "lock.network" -> " in [" + table.substring("lock.".length()) + "]";
      default ->
          table.startsWith("lock.")
              ? " in [[" + table.substring("lock.".length()) + "]]"
              : " in [" + table + "]";
    };
  }

  @Override
  public @Nullable String elsewhere(String key) {
    for (Map.Entry<String, List<String>> other : Grammar.all().entrySet()) {
      if (other.getKey().indexOf('.') < 0 && other.getValue().contains(key)) {
        return other.getKey().isEmpty() ? AT_THE_TOP : "It belongs to [" + other.getKey() + "].";
      }
    }
    return null;
  }
}
