package brig.plan;

import brig.plan.loader.Libraries;
import brig.plan.loader.Library;
import brig.plan.loader.Loader;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The plan of a jail that a daemon of the host's enters (modes "late" and "self"), where nothing is
 * built: places and sockets, and by 'map' and 'programs' files of the host under the paths where
 * they are looked for. Nothing is copied, and no rule adds anything: the daemon itself has loaded
 * what it needs outside.
 */
final class EnteredPlan {
  private static final String CACHE = "/etc/ld.so.cache";

  private final JailSpec spec;
  private final Host host;
  private final Accounts accounts;
  private final Troubles troubles;
  private final Map<String, Entry> entries = new TreeMap<>();

  EnteredPlan(JailSpec spec, Host host, Accounts accounts, Troubles troubles) {
    this.spec = spec;
    this.host = host;
    this.accounts = accounts;
    this.troubles = troubles;
  }

  Plan make() throws BrigException {
    for (Located<JailSpec.WritablePath> line : spec.files().writable()) {
      JailSpec.WritablePath place = line.value();
      int mode = place.mode().orElse(0750);
      place(place.path(), mode, accounts.owner(place.owner(), line), false, line);
    }
    for (Located<JailSpec.TemporaryPath> line : spec.files().temporary()) {
      JailSpec.TemporaryPath place = line.value();
      // A daemon that jails itself is root when it begins to use them.
      boolean roots = place.owner() == null && spec.mode() == JailSpec.Mode.SELF;
      int[] owner = roots ? new int[2] : accounts.owner(place.owner(), line);
      place(place.path(), place.mode(), owner, true, line);
    }
    for (Located<JailSpec.MountedPath> line : spec.sockets()) {
      mount(line.value().inside(), line.value().outside(), troubles.because(line));
    }
    for (Located<JailSpec.MountedPath> line : spec.files().mapped()) {
      map(line);
    }
    Loader loader = new Loader(host);
    for (Located<String> program : spec.files().programs()) {
      try {
        program(program, loader);
      } catch (IOException e) {
        troubles.fail("cannot look at " + program.value(), e, troubles.because(program));
      }
    }
    if (troubles.any()) {
      throw new BrigException(ExitCode.USAGE, troubles.problems());
    }
    return new Plan(
        spec.name(),
        List.copyOf(entries.values()),
        accounts.users(),
        accounts.groups(),
        accounts.service(),
        List.of(),
        List.of(),
        null);
  }

  private void place(String path, int mode, int[] owner, boolean temporary, Located<?> line) {
    List<Reason> why = List.of(troubles.because(line));
    addAbove(path, why);
    entries.put(path, new Entry.Writable(path, mode, owner[0], owner[1], temporary, why));
  }

  private void mount(String inside, String outside, Reason why) {
    addAbove(inside, List.of(why));
    entries.putIfAbsent(inside, new Entry.Socket(inside, outside, List.of(why)));
  }

  private void addAbove(String path, List<Reason> why) {
    for (int slash = 0; slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String above = slash == 0 ? "/" : path.substring(0, slash);
      entries.putIfAbsent(above, new Entry.Directory(above, 0755, 0, 0, why));
    }
  }

  private void map(Located<JailSpec.MountedPath> line) {
    String outside = line.value().outside();
    try {
      if (new Resolver(host).resolve(outside).outcome() == Resolver.Outcome.FOUND) {
        mount(line.value().inside(), outside, troubles.because(line));
        return;
      }
    } catch (IOException e) {
      troubles.fail("cannot look at " + outside, e, troubles.because(line));
      return;
    }
    troubles.fail(
        Problem.of("cannot find " + outside)
            .answered("the host has no such file or directory")
            .remedy("Make it, or take the line out."),
        line);
  }

  /** It, its loader and its libraries, each where it is looked for. */
  private void program(Located<String> line, Loader loader) throws IOException {
    String path = line.value();
    Resolver.Resolution end = new Resolver(host).resolve(path);
    if (end.outcome() != Resolver.Outcome.FOUND) {
      refuse(line, "the host has no such file", "Install it, or give the path where it is.");
      return;
    }
    if (!FileLook.isElf(host.head(end.path()))) {
      refuse(
          line,
          "nothing is planned for this jail, so only what is compiled brings what it needs",
          "Name a script under 'include', and its interpreter, with what that opens, beside it.");
      return;
    }
    Reason why = troubles.because(line);
    mount(path, path, why);
    Libraries libraries = loader.librariesOf(end.path());
    if (libraries == null) {
      return;
    }
    if (libraries.interpreter() != null) {
      mount(libraries.interpreter(), libraries.interpreter(), why.then("its loader"));
    }
    for (Library library : libraries.libraries()) {
      library(library, line, why);
    }
  }

  private void library(Library library, Located<String> line, Reason why) {
    String path = library.path();
    if (path == null) {
      if (!library.optional()) {
        refuse(
            line,
            library.name() + " is not found (" + library.reason() + ")",
            "Install the package that has it.");
      }
      return;
    }
    mount(path, path, why.then("loads " + library.name()));
    if (library.reason().contains("ld.so.cache") && !isUsual(path)) {
      mount(CACHE, CACHE, why.then("finds " + library.name()));
    }
  }

  /** The loader looks there without its cache: /lib, /usr/lib/x86_64-linux-gnu, ... */
  private static boolean isUsual(String path) {
    String directory = Paths.parent(path);
    String above = Paths.parent(directory);
    boolean multiarch = directory.endsWith("-linux-gnu");
    String base = multiarch ? above : directory;
    return base.equals("/lib")
        || base.equals("/usr/lib")
        || base.equals("/lib64")
        || base.equals("/usr/lib64");
  }

  private void refuse(Located<String> line, String answer, String remedy) {
    troubles.fail(
        Problem.of("cannot mount the program " + line.value()).answered(answer).remedy(remedy),
        line);
  }
}
