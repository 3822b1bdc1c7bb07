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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CPython 3: its standard library without the tests, the environment of a pyvenv.cfg, and of
 * dist-packages and site-packages what scripts in the jail import, and what that imports in turn.
 */
final class Python implements Rule {
  private static final int MOST_SOURCE = 1 << 20;
  private static final int MOST_NAME = 100;
  private static final String ENTRY_POINT = "load_entry_point('";
  private static final Set<String> SKIPPED =
      Set.of("test", "tests", "idlelib", "turtledemo", "ensurepip", "lib2to3");

  private @Nullable PlannedFile interpreter;
  private boolean done;
  private final Map<String, Reason> unscanned = new LinkedHashMap<>();
  private final Set<String> scanned = new HashSet<>();
  private final List<String> packages = new ArrayList<>();

  @Override
  public void saw(PlannedFile file, Draft draft) {
    String name = file.name();
    if (interpreter == null
        && file.executable()
        && name.startsWith("python3.")
        && isNumber(name.substring(8))) {
      interpreter = file;
    }
    String runBy = draft.interpreterOf(file.path());
    boolean script = runBy != null && runBy.contains("python");
    if (script || name.endsWith(".py")) {
      unscanned.put(file.path(), file.why().then(file.path()));
    }
  }

  private static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  @Override
  public void settle(Draft draft) throws IOException {
    PlannedFile python = interpreter;
    if (python == null) {
      return;
    }
    if (!done) {
      done = true;
      addLibrary(draft, python);
    }
    while (!unscanned.isEmpty()) {
      Map.Entry<String, Reason> next = unscanned.entrySet().iterator().next();
      unscanned.remove(next.getKey());
      if (scanned.add(next.getKey())) {
        scan(draft, next.getKey(), next.getValue());
      }
    }
  }

  private void addLibrary(Draft draft, PlannedFile python) throws IOException {
    Reason why = python.why().then(python.path());
    // The prefix is where lib/python3.X/os.py is, seen from the program's own directory.
    String prefix = parent(parent(python.path()));
    String library = prefix + "/lib/" + python.name();
    draft.addTree(library, why.then("standard library"), Python::choose);
    packages.add(library + "/site-packages");
    packages.add("/usr/lib/python3/dist-packages");
    packages.add("/usr/local/lib/" + python.name() + "/dist-packages");
    String command = draft.spec().command().program();
    String environment = parent(parent(command));
    if (draft.addData(environment + "/pyvenv.cfg", why) != null) {
      draft.addTree(environment + "/lib/" + python.name(), why.then("pyvenv.cfg"), Python::choose);
    }
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  private static TreeFilter.Choice choose(String path, boolean directory) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (directory) {
      boolean packages = name.equals("site-packages") || name.equals("dist-packages");
      return SKIPPED.contains(name) || packages ? TreeFilter.Choice.SKIP : TreeFilter.Choice.LOOK;
    }
    return name.endsWith(".so") ? TreeFilter.Choice.LOOK : TreeFilter.Choice.DATA;
  }

  private void scan(Draft draft, String path, Reason why) throws IOException {
    var stat = draft.host().lstat(path);
    if (stat == null || stat.size() > MOST_SOURCE) {
      return;
    }
    String source = new String(draft.host().read(path), StandardCharsets.UTF_8);
    String point = entryPoint(source);
    if (!point.isEmpty()) {
      addDistribution(draft, point, why.then("entry point of " + point));
    }
    for (String rest : SourceScan.after(source, "from")) {
      addPackage(draft, SourceScan.name(rest, ""), why);
    }
    for (String rest : SourceScan.after(source, "import")) {
      for (String name : rest.split(",", -1)) {
        addPackage(draft, SourceScan.name(name.strip(), ""), why);
      }
    }
  }

  /** The distribution of a script that setuptools wrote: load_entry_point('NAME==VERSION', ...). */
  private static String entryPoint(String source) {
    int at = source.indexOf(ENTRY_POINT);
    int start = at + ENTRY_POINT.length();
    int end = at < 0 ? -1 : source.indexOf("==", start);
    String name = end < 0 ? "" : source.substring(start, end);
    return name.length() > MOST_NAME || name.indexOf('/') >= 0 ? "" : name;
  }

  /** What importlib.metadata looks for: NAME-VERSION.dist-info or .egg-info, and its packages. */
  private void addDistribution(Draft draft, String name, Reason why) throws IOException {
    String wanted = plain(name) + "-";
    for (String directory : packages) {
      if (!draft.isDirectory(directory)) {
        continue;
      }
      for (String entry : draft.host().list(directory)) {
        boolean metadata = entry.endsWith(".dist-info") || entry.endsWith(".egg-info");
        if (metadata && plain(entry).startsWith(wanted)) {
          String path = directory + "/" + entry;
          String top = path + "/top_level.txt";
          if (draft.isDirectory(path)) {
            draft.addTree(path, why, (p, d) -> d ? TreeFilter.Choice.LOOK : TreeFilter.Choice.DATA);
          } else {
            draft.addData(path, why);
          }
          if (draft.exists(top)) {
            String text = new String(draft.host().read(top), StandardCharsets.UTF_8);
            for (String line : text.split("\n", -1)) {
              addPackage(draft, SourceScan.name(line.strip(), ""), why);
            }
          }
        }
      }
    }
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void addPackage(Draft draft, String name, Reason why) throws IOException {
    if (name.isEmpty() || !scanned.add("package " + name)) {
      return;
    }
    for (String directory : packages) {
      Reason imported = why.then("import " + name);
      if (draft.isDirectory(directory + "/" + name)) {
        draft.addTree(directory + "/" + name, imported, Python::chooseOfPackage);
        return;
      }
      if (draft.add(directory + "/" + name + ".py", imported) != null) {
        return;
      }
    }
  }

  /** The sources of a package are looked at: they import others. */
  private static TreeFilter.Choice chooseOfPackage(String path, boolean directory) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return directory && (name.equals("tests") || name.equals("test"))
        ? TreeFilter.Choice.SKIP
        : TreeFilter.Choice.LOOK;
  }
}
