package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.linux.LinuxException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Files that no service reads: told by the directory or kind that leaves them out. */
final class Unneeded implements Rule {
  static final About ABOUT =
      new About(
          "unneeded",
          Severity.LOW,
          "documentation, manual pages, headers, static libraries, compiled python beside its"
              + " source",
          "They do no harm but take space, and more has to be looked through.",
          "Leave them out (files.exclude).");

  private static final int MOST = 10_000;

  private static final Map<String, String> TREES =
      Map.of(
          "/usr/share/doc", "documentation",
          "/usr/share/doc-base", "documentation",
          "/usr/share/info", "documentation",
          "/usr/share/gtk-doc", "documentation",
          "/usr/share/man", "manual pages",
          "/usr/local/share/man", "manual pages",
          "/usr/include", "headers",
          "/usr/local/include", "headers",
          "/usr/lib/debug", "debugging symbols",
          "/usr/share/lintian", "the packager's notes");

  private static final class Kind {
    final String what;
    final String pattern;
    long count;
    long bytes;

    Kind(String what, String pattern) {
      this.what = what;
      this.pattern = pattern;
    }
  }

  private final Map<String, Kind> kinds = new TreeMap<>();
  private final Inspection jail;

  Unneeded(Inspection jail) {
    this.jail = jail;
  }

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void look(Node node, Findings out) throws LinuxException {
    if (!node.stat().isFile() || node.inPlace()) {
      return;
    }
    String path = node.path();
    String place = placeOf(path);
    if (place != null) {
      note(place, String.valueOf(TREES.get(place)), place, node);
    } else if (path.endsWith(".a") && path.contains("/lib")) {
      note(node.directory(), "static libraries", node.directory() + "/*.a", node);
    } else if (path.endsWith(".pyc") && hasSource(node)) {
      String tree = pythonTree(node.directory());
      note(tree, "compiled python beside its source", tree + "/**/__pycache__", node);
    }
  }

  /** {@code x/__pycache__/name.cpython-311.pyc} is made from {@code x/name.py}. */
  private boolean hasSource(Node node) throws LinuxException {
    Node cache = node.parent();
    if (cache == null || !cache.name().equals("__pycache__")) {
      return false;
    }
    String source = node.name().substring(0, node.name().indexOf('.')) + ".py";
    return jail.stat(cache.directory() + "/" + source) != null;
  }

  /** The directory of that python's library, below which caches are everywhere. */
  private static String pythonTree(String cache) {
    int python = cache.indexOf("/python");
    int end = python < 0 ? -1 : cache.indexOf('/', python + 1);
    return end < 0 ? cache.substring(0, cache.lastIndexOf('/')) : cache.substring(0, end);
  }

  private static @Nullable String placeOf(String path) {
    int slash = path.indexOf('/', 1);
    for (int names = 0; slash > 0 && names < 5; names++) {
      String above = path.substring(0, slash);
      if (TREES.containsKey(above)) {
        return above;
      }
      slash = path.indexOf('/', slash + 1);
    }
    return null;
  }

  private void note(String place, String what, String pattern, Node node) {
    if (kinds.size() >= MOST && !kinds.containsKey(place)) {
      return;
    }
    Kind kind = kinds.computeIfAbsent(place, _ -> new Kind(what, pattern));
    kind.count++;
    kind.bytes += node.stat().size();
  }

  @Override
  public void finish(Inspection inspected, Findings out) {
    boolean brig = jail.subject().blueprint() != null;
    kinds.forEach(
        (place, kind) -> {
          String files = kind.count == 1 ? " file, " : " files, ";
          out.add(
              ABOUT,
              Severity.LOW,
              place,
              "holds " + kind.what + ": " + kind.count + files + kind.bytes + " bytes",
              brig
                  ? "Add to the jailfile: [files] exclude = [\"" + kind.pattern + "\"]."
                  : "Remove it.");
        });
  }
}
