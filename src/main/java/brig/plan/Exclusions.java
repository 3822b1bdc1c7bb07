package brig.plan;

import brig.spec.Located;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the jailfile leaves out, with all that is below it, whoever wants it. */
public final class Exclusions {
  private final List<Located<String>> lines;
  private final List<Glob> globs = new ArrayList<>();
  private final Map<String, Integer> directories = new HashMap<>();

  public Exclusions(List<Located<String>> lines) {
    this.lines = lines;
    for (Located<String> line : lines) {
      globs.add(Glob.excluding(line.value()));
    }
  }

  /** The line that leaves out this path; null when none does. */
  public @Nullable Located<String> excluding(String path) {
    if (globs.isEmpty()) {
      return null;
    }
    int above = directory(Paths.parent(path));
    int index = above >= 0 ? above : match(path);
    return index < 0 ? null : lines.get(index);
  }

  private int directory(String path) {
    if (path.isEmpty()) {
      return -1;
    }
    Integer before = directories.get(path);
    if (before != null) {
      return before;
    }
    int above = directory(Paths.parent(path));
    int index = above >= 0 ? above : match(path);
    directories.put(path, index);
    return index;
  }

  private int match(String path) {
    for (int i = 0; i < globs.size(); i++) {
      if (globs.get(i).matches(path)) {
        return i;
      }
    }
    return -1;
  }
}
