package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.Glob;
import brig.plan.Reason;
import brig.plan.TreeFilter;
import brig.report.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** What the readers of servers' configurations have in common. */
final class ConfigText {
  /** Directories of which a configuration may mean a part, but never the whole. */
  private static final Set<String> TOO_MUCH =
      Set.of("/usr", "/usr/lib", "/usr/share", "/usr/bin", "/usr/sbin", "/usr/local", "/var/lib");

  private ConfigText() {}

  /** The files that a path or pattern of a configuration means, sorted. */
  static List<String> expand(Draft draft, String pattern) throws IOException {
    if (Glob.isPattern(pattern)) {
      return Glob.of(pattern).expand(draft.host());
    }
    return draft.exists(pattern) ? List.of(pattern) : List.of();
  }

  /** A tree that a server serves, unless that is half of the host. */
  static void addServed(Draft draft, String path, Reason why) throws IOException {
    String real = draft.real(path);
    if (real == null) {
      if (!draft.isWritable(path)) {
        draft
            .troubles()
            .warn(
                Problem.of("there is no " + path)
                    .answered("the configuration names it: " + why.step())
                    .remedy("Make it, map another directory to it, or change the configuration."),
                why);
      }
    } else if (real.indexOf('/', 1) < 0 || TOO_MUCH.contains(real)) {
      draft
          .troubles()
          .warn(
              Problem.of("left out what is in " + path + ", which the configuration names")
                  .remedy("It is too much for a jail; include what is needed of it."),
              why);
    } else if (!draft.isWritable(real)) {
      draft.addTree(path, why, TreeFilter.ALL);
    }
  }

  /** Warns when a file that the server makes would lie where it cannot write. */
  static void mustBeWritable(Draft draft, String path, Reason why) throws IOException {
    if (!path.startsWith("/dev/") && !draft.isWritable(path)) {
      String directory = path.substring(0, Math.max(1, path.lastIndexOf('/')));
      draft
          .troubles()
          .warn(
              Problem.of("the service cannot write " + path)
                  .answered("the configuration names it: " + why.step())
                  .remedy("Add " + directory + " to writable or temporary."),
              why);
    }
  }

  static String absolute(String path, String base) {
    if (path.startsWith("/")) {
      return path;
    }
    return (base.endsWith("/") ? base : base + "/") + path;
  }

  /** The value of an option such as {@code -f FILE} or {@code -fFILE} of the jail's command. */
  static String option(List<String> argv, String flag, String otherwise) {
    for (int i = 1; i < argv.size(); i++) {
      String word = argv.get(i);
      if (word.equals(flag) && i + 1 < argv.size()) {
        return argv.get(i + 1);
      }
      if (word.startsWith(flag) && word.length() > flag.length()) {
        return word.substring(flag.length());
      }
    }
    return otherwise;
  }
}
