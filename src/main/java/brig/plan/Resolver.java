package brig.plan;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks paths as the kernel does inside a jail (path_resolution(7)): component by component, each
 * link followed, {@code ..} of the root being the root. Remembers every prefix.
 */
final class Resolver {
  /** MAXSYMLINKS of linux/namei.h. */
  private static final int MOST_LINKS = 40;

  private final Host host;
  private final Map<String, Resolution> known = new HashMap<>();

  /** A link that is crossed on the way, the last one first. */
  record Crossing(@Nullable Crossing before, String link, String target, int count) {
    static Crossing of(@Nullable Crossing before, String link, String target) {
      return new Crossing(before, link, target, before == null ? 1 : before.count + 1);
    }
  }

  enum Outcome {
    FOUND,
    ABSENT,
    LOOP
  }

  /**
   * Where a path leads.
   *
   * @param path without any link, existing or not; the link it stopped at for LOOP; empty for the
   *     root
   * @param stat what is there; null when it is not FOUND
   */
  record Resolution(
      Outcome outcome, String path, @Nullable FileStat stat, @Nullable Crossing crossings) {

    boolean isDirectory() {
      return stat != null && stat.type() == FileStat.Type.DIRECTORY;
    }
  }

  Resolver(Host host) {
    this.host = host;
  }

  void forget() {
    known.clear();
  }

  /** Follows every link, the last one too. */
  Resolution resolve(String path) throws IOException {
    return resolve(path, true, 0);
  }

  /** Follows every link but the last. */
  Resolution resolveLink(String path) throws IOException {
    return resolve(path, false, 0);
  }

  private Resolution resolve(String path, boolean followLast, int links) throws IOException {
    if (followLast) {
      Resolution before = known.get(path);
      if (before != null) {
        return before;
      }
    }
    Resolution answer = walk(path, followLast, links);
    // That it was a loop may be due to the links before it; anything else is so from everywhere.
    if (followLast && (links == 0 || answer.outcome() != Outcome.LOOP)) {
      known.put(path, answer);
    }
    return answer;
  }

  private Resolution walk(String path, boolean followLast, int links) throws IOException {
    if (path.isEmpty() || path.equals("/")) {
      return new Resolution(Outcome.FOUND, "", host.lstat("/"), null);
    }
    Resolution parent = resolve(Paths.parent(path), true, links);
    if (parent.outcome() == Outcome.LOOP) {
      return parent;
    }
    String name = Paths.name(path);
    if (!parent.isDirectory()) {
      return new Resolution(Outcome.ABSENT, below(parent.path(), name), null, parent.crossings());
    }
    if (name.isEmpty() || name.equals(".")) {
      return parent;
    }
    if (name.equals("..")) {
      String above = Paths.parent(parent.path());
      FileStat stat = host.lstat(above.isEmpty() ? "/" : above);
      return new Resolution(Outcome.FOUND, above, stat, parent.crossings());
    }
    String full = parent.path() + "/" + name;
    FileStat stat = host.lstat(full);
    if (stat == null) {
      return new Resolution(Outcome.ABSENT, full, null, parent.crossings());
    }
    if (stat.type() != FileStat.Type.LINK || !followLast) {
      return new Resolution(Outcome.FOUND, full, stat, parent.crossings());
    }
    return follow(full, parent, links + 1);
  }

  /** The same where nothing is there that could be a link. */
  private static String below(String parent, String name) {
    return switch (name) {
      case "", "." -> parent;
      case ".." -> Paths.parent(parent);
      default -> parent + "/" + name;
    };
  }

  private Resolution follow(String link, Resolution parent, int links) throws IOException {
    if (links > MOST_LINKS) {
      return new Resolution(Outcome.LOOP, link, null, parent.crossings());
    }
    String target = host.readLink(link);
    String next = target.startsWith("/") ? target : parent.path() + "/" + target;
    Resolution end = resolve(next, true, links);
    Crossing here = Crossing.of(parent.crossings(), link, target);
    if (end.crossings() != null && here.count() + end.crossings().count() > MOST_LINKS) {
      return new Resolution(Outcome.LOOP, link, null, parent.crossings());
    }
    return new Resolution(end.outcome(), end.path(), end.stat(), join(here, end.crossings()));
  }

  private static Crossing join(Crossing first, @Nullable Crossing then) {
    return then == null
        ? first
        : Crossing.of(join(first, then.before()), then.link(), then.target());
  }
}
