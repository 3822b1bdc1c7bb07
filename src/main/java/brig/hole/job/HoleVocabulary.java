package brig.hole.job;

import brig.spec.Vocabulary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every key of a hole's file, by table. The name of a job's table is {@code jobs.NAME}, of those
 * below it {@code jobs.NAME.fields} and so on. docs/hole.md explains each.
 */
final class HoleVocabulary implements Vocabulary {
  static final HoleVocabulary INSTANCE = new HoleVocabulary();

  private static final Map<String, List<String>> KEYS = new LinkedHashMap<>();

  static {
    KEYS.put(
        "",
        List.of(
            "description",
            "languages",
            "callers",
            "user",
            "log_required",
            "at_once",
            "at_once_each_user",
            "queue",
            "queue_wait",
            "sessions",
            "messages",
            "jobs"));
    KEYS.put(
        "sessions",
        List.of(
            "idle",
            "absolute",
            "rotate",
            "each_user",
            "when_full",
            "failures",
            "failure_window",
            "database",
            "password_file"));
    KEYS.put(
        "jobs",
        List.of(
            "title",
            "help",
            "hidden",
            "fifo",
            "callers",
            "session",
            "user",
            "at_once",
            "at_once_each_user",
            "on_leave",
            "audit",
            "next",
            "fields",
            "pages",
            "steps"));
    KEYS.put(
        "fields",
        List.of(
            "name",
            "type",
            "label",
            "help",
            "required",
            "preset",
            "filled_from",
            "min",
            "max",
            "characters",
            "pattern",
            "lines",
            "leading_dash",
            "places",
            "choices",
            "choices_from"));
    KEYS.put("choices", List.of("value", "label"));
    KEYS.put("pages", List.of("title", "help", "fields"));
    KEYS.put(
        "steps",
        List.of(
            "command",
            "role",
            "input",
            "environment",
            "working_directory",
            "user",
            "allowed_users",
            "allowed_groups",
            "least_uid",
            "names_user",
            "errors",
            "failure",
            "limits"));
    KEYS.put("input", List.of("lines", "pairs", "json", "raw"));
    KEYS.put(
        "limits",
        List.of("time", "cpu", "memory", "processes", "output", "open_files", "file_size"));
  }

  private HoleVocabulary() {}

  /** All tables with their keys, as the reference has them. */
  static Map<String, List<String>> all() {
    return KEYS;
  }

  private static String kind(String table) {
    if (!table.startsWith("jobs.")) {
      return table;
    }
    int last = table.lastIndexOf('.');
    return last == "jobs".length() ? "jobs" : table.substring(last + 1);
  }

  @Override
  public List<String> keys(String table) {
    return Vocabulary.keysOf(KEYS, kind(table));
  }

  @Override
  public String where(String table) {
    return switch (kind(table)) {
      case "" -> "";
      case "fields", "steps", "pages" -> " in [[" + table + "]]";
      case "choices" -> " in choices";
      case "input" -> " in input";
      default -> " in [" + table + "]";
    };
  }

  @Override
  public @Nullable String elsewhere(String key) {
    String table = Vocabulary.tableOf(KEYS, key);
    return switch (table) {
      case null -> null;
      case "" -> AT_THE_TOP;
      case "sessions" -> "It belongs to [sessions].";
      case "jobs" -> "It belongs to [jobs.NAME].";
      case "fields", "steps", "pages" -> "It belongs to [[jobs.NAME." + table + "]].";
      default -> "It belongs to " + table + ".";
    };
  }
}
