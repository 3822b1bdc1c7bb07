package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.PlannedFile;
import brig.plan.Reason;
import brig.plan.TreeFilter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * perl: the trees of its own library, whole, for a script is free to ask for any of it (perl lacks
 * even strict.pm without them); and of the modules that were installed beside it those that scripts
 * in the jail {@code use}, and what these use in turn.
 */
final class Perl implements Rule {
  /** A source of more than that is data. */
  private static final int MOST_SOURCE = 1 << 20;

  private @Nullable PlannedFile interpreter;
  private boolean done;
  private final Map<String, Reason> unscanned = new LinkedHashMap<>();
  private final Set<String> scanned = new HashSet<>();
  private final List<String> vendor = new ArrayList<>();

  @Override
  public void saw(PlannedFile file, Draft draft) {
    String name = file.name();
    if (interpreter == null
        && file.executable()
        && draft.interpreterOf(file.path()) == null
        && (name.equals("perl") || name.startsWith("perl5."))) {
      interpreter = file;
    }
    String runBy = draft.interpreterOf(file.path());
    if (runBy != null && runBy.substring(runBy.lastIndexOf('/') + 1).startsWith("perl")) {
      unscanned.put(file.path(), file.why().then(file.path()));
    }
  }

  @Override
  public void settle(Draft draft) throws IOException {
    PlannedFile perl = interpreter;
    if (perl == null) {
      return;
    }
    if (!done) {
      done = true;
      addOwnTrees(draft, perl);
    }
    while (!unscanned.isEmpty()) {
      Map.Entry<String, Reason> next = unscanned.entrySet().iterator().next();
      unscanned.remove(next.getKey());
      if (scanned.add(next.getKey())) {
        scan(draft, perl, next.getKey(), next.getValue());
      }
    }
  }

  /**
   * The directories of Debian's @INC (perl -V); elsewhere /usr/lib64/perl5 and /usr/share/perl5.
   */
  private void addOwnTrees(Draft draft, PlannedFile perl) throws IOException {
    Reason why = perl.why().then(perl.path());
    List<String> libraries = new ArrayList<>();
    libraries.add("/usr/lib");
    for (String name : draft.host().list("/usr/lib")) {
      if (name.endsWith("-linux-gnu")) {
        libraries.add("/usr/lib/" + name);
      }
    }
    TreeFilter modules = Perl::choose;
    for (String library : libraries) {
      addTree(draft, library + "/perl-base", why, modules);
      for (String version : versions(draft, library + "/perl")) {
        addTree(draft, version, why, modules);
      }
      vendor.addAll(versions(draft, library + "/perl5"));
    }
    for (String version : versions(draft, "/usr/share/perl")) {
      addTree(draft, version, why, modules);
    }
    addTree(draft, "/etc/perl", why, modules);
    if (draft.isDirectory("/usr/lib64/perl5")) {
      addTree(draft, "/usr/lib64/perl5", why, modules);
      addTree(draft, "/usr/share/perl5", why, modules);
    }
    vendor.add("/usr/share/perl5");
    vendor.add("/usr/local/share/perl5");
  }

  private static void addTree(Draft draft, String path, Reason why, TreeFilter filter)
      throws IOException {
    if (draft.isDirectory(path)) {
      draft.addTree(path, why.then("@INC " + path), filter);
    }
  }

  /** The directories that a version names, links such as 5.36 to 5.36.0 among them. */
  private static List<String> versions(Draft draft, String directory) throws IOException {
    List<String> found = new ArrayList<>();
    if (draft.isDirectory(directory)) {
      for (String name : draft.host().list(directory)) {
        if (name.startsWith("5.") && draft.isDirectory(directory + "/" + name)) {
          found.add(directory + "/" + name);
        }
      }
    }
    return found;
  }

  private static TreeFilter.Choice choose(String path, boolean directory) {
    if (path.endsWith(".pod")) {
      return TreeFilter.Choice.SKIP;
    }
    return directory || path.endsWith(".so") ? TreeFilter.Choice.LOOK : TreeFilter.Choice.DATA;
  }

  private void scan(Draft draft, PlannedFile perl, String path, Reason why) throws IOException {
    var stat = draft.host().lstat(path);
    if (stat == null || stat.size() > MOST_SOURCE) {
      return;
    }
    String source = new String(draft.host().read(path), StandardCharsets.ISO_8859_1);
    List<String> directories = new ArrayList<>();
    for (String rest : SourceScan.after(source, "use", "require", "no")) {
      String name = SourceScan.name(rest, ":");
      if (name.equals("lib")) {
        for (String directory : SourceScan.quoted(rest)) {
          if (directory.startsWith("/")) {
            directories.add(directory);
          }
        }
      } else if (name.equals("base") || name.equals("parent")) {
        for (String word :
            rest.replace('\'', ' ')
                .replace('"', ' ')
                .replace('(', ' ')
                .replace(')', ' ')
                .split(" ", -1)) {
          addModule(draft, perl, word, directories, why);
        }
      }
      addModule(draft, perl, name, directories, why);
    }
  }

  private void addModule(
      Draft draft, PlannedFile perl, String name, List<String> directories, Reason why)
      throws IOException {
    if (name.isEmpty() || !Character.isLetter(name.charAt(0))) {
      return;
    }
    String file = name.replace("::", "/");
    List<String> all = new ArrayList<>(directories);
    all.addAll(vendor);
    for (String directory : all) {
      String path = directory + "/" + file + ".pm";
      if (!draft.exists(path)) {
        continue;
      }
      Reason use = why.then("use " + name);
      String real = draft.addData(path, use);
      if (real != null && !scanned.contains(real)) {
        unscanned.putIfAbsent(real, use.then(real));
      }
      // XSLoader's place for a module X::Y.
      String last = file.substring(file.lastIndexOf('/') + 1);
      String binary = directory + "/auto/" + file + "/" + last + ".so";
      if (draft.exists(binary)) {
        draft.addPlugin(binary, List.of(perl.path()), use);
      }
      return;
    }
  }
}
