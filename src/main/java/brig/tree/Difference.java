package brig.tree;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One path at which two generations differ.
 *
 * @param from as it was; null when it was not there
 * @param to as it is, or would be; null when it is there no more
 * @param aspects in what, when it is in both; empty otherwise
 */
public record Difference(
    String path, @Nullable ManifestEntry from, @Nullable ManifestEntry to, Set<Aspect> aspects) {

  /** In what a path that is in both differs. */
  public enum Aspect {
    /** A file has become a link, and the like; then no other aspect is told. */
    KIND,
    CONTENT,
    /** The host's time of change, of a file with the same content. */
    TIME,
    MODE,
    OWNER,
    /** Where a link leads. */
    TARGET,
    /** What a device node stands for. */
    DEVICE,
    /** From where on the host it comes. */
    SOURCE,
    /** The version of its package, of a file with the same content and time. */
    PACKAGE
  }

  public Difference {
    aspects = Set.copyOf(aspects);
    if (from == null && to == null) {
      throw new IllegalArgumentException("nothing of " + path);
    }
  }

  public boolean isAdded() {
    return from == null;
  }

  public boolean isRemoved() {
    return to == null;
  }

  /** One path of both; null when it is the same. Why it is there is no part of what it is. */
  static @Nullable Difference between(ManifestEntry from, ManifestEntry to) {
    EnumSet<Aspect> aspects = EnumSet.noneOf(Aspect.class);
    if (from.kind() != to.kind()) {
      aspects.add(Aspect.KIND);
    } else {
      addContent(from, to, aspects);
      add(from.mode() != to.mode(), Aspect.MODE, aspects);
      add(from.uid() != to.uid() || from.gid() != to.gid(), Aspect.OWNER, aspects);
      add(!same(from.target(), to.target()), Aspect.TARGET, aspects);
      add(!same(from.device(), to.device()), Aspect.DEVICE, aspects);
      add(!same(from.source(), to.source()), Aspect.SOURCE, aspects);
    }
    return aspects.isEmpty() ? null : new Difference(from.path(), from, to, aspects);
  }

  private static void addContent(ManifestEntry from, ManifestEntry to, Set<Aspect> aspects) {
    boolean unread = from.sha256() == null && to.sha256() == null;
    if (!same(from.sha256(), to.sha256()) || (unread && from.size() != to.size())) {
      aspects.add(Aspect.CONTENT);
    } else if (from.modifiedNanos() != to.modifiedNanos()) {
      aspects.add(Aspect.TIME);
    } else if (!same(from.origin(), to.origin())) {
      aspects.add(Aspect.PACKAGE);
    }
  }

  private static void add(boolean differs, Aspect aspect, Set<Aspect> aspects) {
    if (differs) {
      aspects.add(aspect);
    }
  }

  private static boolean same(@Nullable Object a, @Nullable Object b) {
    return a == null ? b == null : a.equals(b);
  }
}
