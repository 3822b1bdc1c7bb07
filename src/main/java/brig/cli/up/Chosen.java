package brig.cli.up;

import brig.cli.command.Context;
import brig.cli.jail.JailSources;
import brig.cli.jail.Jailfiles;
import brig.launch.up.StartOrder;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailName;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which jails are meant, read from their jailfiles each time anew. */
final class Chosen {
  private static final String SUFFIX = ".toml";

  private final List<String> named;
  private final Context context;

  Chosen(List<String> named, Context context) {
    this.named = List.copyOf(named);
    this.context = context;
  }

  /**
   * One of them.
   *
   * @param source the bytes of its jailfile and lock file
   */
  record Jail(JailSpec spec, byte[] source) {
    String name() {
      return spec.name();
    }

    boolean isLike(Jail other) {
      return Arrays.equals(source, other.source);
    }
  }

  /**
   * All that are named, or have a jailfile, with those that they come after; in the order of their
   * starts.
   */
  List<Jail> read() throws BrigException, LinuxException {
    Map<String, JailSpec> specs = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    Deque<String> wanted = new ArrayDeque<>(named.isEmpty() ? all() : named);
    while (!wanted.isEmpty()) {
      add(wanted.removeFirst(), specs, wanted, problems);
    }
    if (specs.isEmpty() && problems.isEmpty()) {
      problems.add(
          Problem.of("there is no jailfile in " + context.paths().etc())
              .remedy("brig init makes one."));
    }
    if (!problems.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, problems);
    }
    List<Jail> jails = new ArrayList<>();
    for (JailSpec spec : StartOrder.of(specs)) {
      jails.add(new Jail(spec, JailSources.read(spec.file())));
    }
    return jails;
  }

  private void add(
      String nameOrPath, Map<String, JailSpec> specs, Deque<String> wanted, List<Problem> problems)
      throws LinuxException {
    try {
      if (specs.containsKey(Jailfiles.nameOf(nameOrPath))) {
        return;
      }
      JailSpec spec = Jailfiles.read(nameOrPath, context.paths());
      specs.put(spec.name(), spec);
      for (Located<String> after : spec.upkeep().after()) {
        // One that is not there is told with the line that names it.
        if (Stat.of(context.paths().jailfile(after.value())) != null) {
          wanted.addLast(after.value());
        }
      }
    } catch (BrigException e) {
      problems.addAll(e.problems());
    }
  }

  private Set<String> all() throws LinuxException {
    TreeSet<String> names = new TreeSet<>();
    String etc = context.paths().etc();
    if (Stat.of(etc) != null) {
      try (Fd directory = Fd.open(etc, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
        for (String file : directory.list()) {
          if (file.endsWith(SUFFIX)) {
            String name = file.substring(0, file.length() - SUFFIX.length());
            if (JailName.isValid(name)) { // not NAME.lock.toml, which is what was learned
              names.add(name);
            }
          }
        }
      }
    }
    return names;
  }
}
