package brig.plan;

import brig.spec.JailSpec;
import brig.spec.Located;
import brig.spec.LockFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the jailfile leaves out, and what the lock file says that no run touched, with all that is
 * below it, whoever wants it.
 */
public final class Exclusions {
  private final List<Located<String>> lines;
  private final List<Glob> globs = new ArrayList<>();
  private final Map<String, Integer> directories = new HashMap<>();

  /** Of the lock file: very paths, and those that were learned since all the same. */
  private final Map<String, Located<String>> unused = new HashMap<>();

  private final Set<String> learned = new HashSet<>();

  /** All that is left out of a jail. */
  public static Exclusions of(JailSpec spec) {
    Exclusions exclusions = new Exclusions(spec.files().exclude());
    for (Located<String> path : spec.learned().unused()) {
      exclusions.unused.put(path.value(), path);
    }
    if (!exclusions.unused.isEmpty()) {
      for (Located<LockFile.LearnedPath> line : spec.learned().paths()) {
        exclusions.bringBack(line.value().path());
      }
    }
    return exclusions;
  }

  /** This path comes in although no run touched it once. */
  void bringBack(String path) {
    for (String at = path; !at.isEmpty(); at = Paths.parent(at)) {
      learned.add(at);
    }
  }

  public Exclusions(List<Located<String>> lines) {
    this.lines = lines;
    for (Located<String> line : lines) {
      globs.add(Glob.excluding(line.value()));
    }
  }

  /** The line that leaves out this path; null when none does. */
  public @Nullable Located<String> excluding(String path) {
    Located<String> idle = unused(path);
    if (idle != null || globs.isEmpty()) {
      return idle;
    }
    int above = directory(Paths.parent(path));
    int index = above >= 0 ? above : match(path);
    return index < 0 ? null : lines.get(index);
  }

  /** Whether a line that {@link #excluding} gave is of the lock file. */
  public boolean isUnused(Located<String> line) {
    // Most jails have none, and a record's own equals is linked at run time (docs/decisions/0002).
    return !unused.isEmpty() && line.equals(unused.get(line.value()));
  }

  private @Nullable Located<String> unused(String path) {
    if (unused.isEmpty() || learned.contains(path)) {
      return null;
    }
    for (String at = path; !at.isEmpty(); at = Paths.parent(at)) {
      Located<String> line = unused.get(at);
      if (line != null) {
        return line;
      }
    }
    return null;
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
