package brig.plan;

import brig.plan.Resolver.Resolution;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a plan leaves out though something asked for it: by a line of the jailfile, by what was
 * learned, or by the level of hardening. Each is noted, for the plan to tell.
 */
final class Omissions {
  private final Exclusions exclusions;
  private final Resolver resolver;
  private final Map<String, Entry> entries;
  private final boolean strict;
  private final Map<String, LeftOut> leftOut = new TreeMap<>();

  /**
   * Nothing yet.
   *
   * @param entries those of the plan, as they come
   */
  Omissions(JailSpec spec, Resolver resolver, Map<String, Entry> entries) {
    this.exclusions = Exclusions.of(spec);
    this.resolver = resolver;
    this.entries = entries;
    this.strict = spec.hardening() == JailSpec.Hardening.STRICT;
  }

  Exclusions exclusions() {
    return exclusions;
  }

  /** Whether a line of the jailfile leaves this path out; then it is noted. */
  boolean isExcluded(String path, Reason why) {
    Located<String> line = exclusions.excluding(path);
    if (line == null) {
      return false;
    }
    String by = exclusions.isUnused(line) ? "no run touched \"" : "exclude \"";
    leave(path, by + line.value() + "\" (" + line.at() + ")", why);
    return true;
  }

  /**
   * Whether the hardening level leaves this file out of what a directory or a pattern brings; then
   * it is noted. What asks for it by its own name is not asked here.
   */
  boolean isLeftOut(String path, Reason why) throws IOException {
    if (!strict) {
      return false;
    }
    Resolution end = resolver.resolve(path);
    FileStat stat = end.stat();
    @Nullable String kind = stat == null ? null : Tools.kind(end.path(), stat);
    if (kind == null || entries.containsKey(end.path())) {
      return false;
    }
    leave(end.path(), kind + ", hardening = \"strict\"", why);
    return true;
  }

  private void leave(String path, String because, Reason why) {
    leftOut.putIfAbsent(path, new LeftOut(path, because, why));
  }

  /** What is still left out when all has been asked for. */
  List<LeftOut> all() {
    List<LeftOut> still = new ArrayList<>();
    for (LeftOut one : leftOut.values()) {
      if (!entries.containsKey(one.path())) {
        still.add(one);
      }
    }
    return still;
  }
}
