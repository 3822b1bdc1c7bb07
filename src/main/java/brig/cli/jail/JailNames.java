package brig.cli.jail;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailName;
import brig.tree.JailPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Jails by their names. */
public final class JailNames {
  private static final String SUFFIX = ".toml";

  private JailNames() {}

  /** Those that the arguments name, which must be known. */
  public static List<String> known(List<String> arguments, JailPaths paths)
      throws BrigException, LinuxException {
    List<String> names = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (String argument : arguments) {
      String name = Jailfiles.nameOf(argument);
      if (Stat.of(paths.jailfile(name)) == null
          && Stat.of(paths.jail(name)) == null
          && Stat.of(paths.state(name)) == null
          && !isFile(argument)) {
        problems.add(
            Problem.of("there is no jail " + name)
                .remedy("brig status lists the jails; brig init makes one."));
      }
      names.add(name);
    }
    if (!problems.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, problems);
    }
    return names;
  }

  private static boolean isFile(String argument) throws LinuxException {
    return (argument.indexOf('/') >= 0 || argument.endsWith(SUFFIX)) && Stat.of(argument) != null;
  }

  /** All that have a jailfile, a tree or a process, sorted. */
  public static List<String> all(JailPaths paths) throws LinuxException {
    TreeSet<String> names = new TreeSet<>();
    addNames(paths.etc(), SUFFIX, names);
    addNames(paths.lib() + "/jails", "", names);
    addNames(paths.run(), ".state", names);
    return List.copyOf(names);
  }

  private static void addNames(String directory, String suffix, Set<String> names)
      throws LinuxException {
    if (Stat.of(directory) == null) {
      return;
    }
    try (Fd fd = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : fd.list()) {
        String jail =
            name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : "";
        if (JailName.isValid(jail)) { // not NAME.lock.toml, which is what was learned
          names.add(jail);
        }
      }
    }
  }
}
