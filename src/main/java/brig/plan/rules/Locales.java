package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.PlannedFile;
import brig.plan.Reason;
import brig.plan.TreeFilter;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** setlocale(3): a directory of /usr/lib/locale, or the archive of them all. */
final class Locales implements Rule {
  private static final String DIRECTORY = "/usr/lib/locale";
  private static final String ARCHIVE = DIRECTORY + "/locale-archive";

  private final JailSpec spec;
  private final CLibrary library = new CLibrary();
  private boolean done;

  Locales(JailSpec spec) {
    this.spec = spec;
  }

  @Override
  public void saw(PlannedFile file, Draft draft) {
    library.saw(file);
  }

  @Override
  public void settle(Draft draft) throws IOException {
    if (done || library.glibc() == null) {
      return;
    }
    done = true;
    for (Located<String> name : spec.features().locales()) {
      Reason why = draft.troubles().because(name).then("locale " + name.value());
      if (!add(draft, name.value(), why)) {
        draft.troubles().fail(missing(name.value()), why);
      }
    }
    for (Map.Entry<String, String> variable : spec.environment().entrySet()) {
      String key = variable.getKey();
      if (key.equals("LANG") || key.startsWith("LC_")) {
        Reason why = Reason.root("[environment]").then(key + "=" + variable.getValue());
        if (!add(draft, variable.getValue(), why)) {
          draft.troubles().warn(missing(variable.getValue()), why);
        }
      }
    }
  }

  private static boolean add(Draft draft, String name, Reason why) throws IOException {
    if (isBuiltIn(name)) {
      return true;
    }
    for (String directory : new String[] {normal(name), name}) {
      String path = DIRECTORY + "/" + directory;
      if (draft.isDirectory(path)) {
        draft.addTree(path, why, (file, isDirectory) -> TreeFilter.Choice.DATA);
        return true;
      }
    }
    return draft.addData(ARCHIVE, why) != null;
  }

  static boolean isBuiltIn(String name) {
    return name.isEmpty() || name.equals("C") || name.equals("POSIX");
  }

  /** As _nl_normalize_codeset does: {@code C.UTF-8} is in the directory {@code C.utf8}. */
  static String normal(String name) {
    int dot = name.indexOf('.');
    if (dot < 0) {
      return name;
    }
    int at = name.indexOf('@', dot);
    int end = at < 0 ? name.length() : at;
    String codeset =
        name.substring(dot + 1, end).replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    return name.substring(0, dot + 1) + codeset + name.substring(end);
  }

  private static Problem missing(String name) {
    return Problem.of("cannot find the locale " + name)
        .answered("neither " + DIRECTORY + "/" + normal(name) + " nor " + ARCHIVE + " is there")
        .remedy("Make it with locale-gen, or use C.UTF-8.");
  }
}
