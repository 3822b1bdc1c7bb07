package brig.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** {@code [holes]}: the names of holes and the directories inside in which their doors are. */
final class HolesReader {
  private static final int MAX_NAME = 40;

  // sockaddr_un.sun_path has 108 bytes with its NUL (unix(7)); "/socket" comes after it.
  private static final int MAX_DIRECTORY = 100;

  private final List<Located<JailSpec.HolePlace>> holes = new ArrayList<>();

  HolesReader(Section top, Mistakes mistakes) {
    PathRules paths = new PathRules(mistakes);
    Map<String, Integer> lines = new HashMap<>();
    for (Section.Pair pair : top.pairs("holes")) {
      String directory = pair.value().value();
      if (!isName(pair.key())) {
        mistakes.add(
            pair.at(),
            "\"" + pair.key() + "\" is no name for a hole",
            "Use at most 40 of a-z, 0-9, '-' and '_', beginning with a letter; its file is called"
                + " NAME.hole.toml.");
        continue;
      }
      if (!paths.checkWritable(pair.value(), "the place of a hole")
          || !paths.checkInside(directory, pair.value().at())) {
        continue;
      }
      Integer before = lines.putIfAbsent(directory, pair.at().line());
      if (before != null) {
        mistakes.add(
            pair.value().at(),
            "two holes cannot share the directory \"" + directory + "\"",
            "The other one is at line " + before + "; give each its own.");
      } else if (directory.length() > MAX_DIRECTORY) {
        mistakes.add(
            pair.value().at(),
            "the directory of a hole is longer than " + MAX_DIRECTORY + " characters",
            "The address of a socket is short: choose \"/run/hole\", for example.");
      } else {
        holes.add(new Located<>(new JailSpec.HolePlace(pair.key(), directory), pair.at()));
      }
    }
  }

  /** As brig.hole.wire has it for jobs and holes. */
  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean inner = (c >= '0' && c <= '9') || c == '_' || c == '-';
      if (!(c >= 'a' && c <= 'z') && (i == 0 || !inner)) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= MAX_NAME;
  }

  List<Located<JailSpec.HolePlace>> holes() {
    return List.copyOf(holes);
  }

  /** Kept over builds, as the listener holds the doors open; root's alone to change. */
  List<Located<JailSpec.WritablePath>> directories() {
    List<Located<JailSpec.WritablePath>> places = new ArrayList<>(holes.size());
    for (Located<JailSpec.HolePlace> hole : holes) {
      String directory = hole.value().directory();
      places.add(
          new Located<>(
              new JailSpec.WritablePath(directory, "0", OptionalInt.of(0755)), hole.at()));
    }
    return places;
  }
}
