package brig.spec;

import brig.report.Position;
import brig.report.Problem;
import java.util.List;

/**
 * What the grammar has and this version cannot do. It is refused, never ignored. Whoever makes one
 * of these work deletes its line here and in the last table of docs/jailfile.md.
 */
final class NotYet {
  private static final List<String> KEYS =
      List.of(
          "restart",
          "after",
          "ready",
          "features.syslog",
          "limits.memory",
          "limits.tasks",
          "limits.cpu");

  private static final List<String> VALUES = List.of();

  private NotYet() {}

  static List<String> keys() {
    return KEYS;
  }

  static List<String> values() {
    return VALUES;
  }

  /** Refuses the key itself, whatever its value. */
  static void checkKey(String table, String key, Position at, Mistakes mistakes) {
    if (KEYS.contains(table.isEmpty() ? key : table + "." + key)) {
      refuse(shown(table, key), at, mistakes);
    }
  }

  /** Refuses one value of a key; a value that begins with a slash stands for all paths. */
  static void checkValue(String table, String key, Located<String> value, Mistakes mistakes) {
    String name = table.isEmpty() ? key : table + "." + key;
    String word = value.value().startsWith("/") ? "/..." : value.value();
    if (VALUES.contains(name + " = \"" + word + "\"")) {
      refuse(
          (table.isEmpty() ? "" : "[" + table + "] ") + key + " = \"" + value.value() + "\"",
          value.at(),
          mistakes);
    }
  }

  private static String shown(String table, String key) {
    return "'" + key + "'" + (table.isEmpty() ? "" : " in [" + table + "]");
  }

  private static void refuse(String what, Position at, Mistakes mistakes) {
    mistakes.add(
        Problem.of(what + " is part of the grammar, but this version of Brig cannot do it yet")
            .remedy("Leave it out.")
            .at(at));
  }
}
