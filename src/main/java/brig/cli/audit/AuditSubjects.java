package brig.cli.audit;

import brig.audit.Blueprint;
import brig.audit.Life;
import brig.audit.Place;
import brig.audit.Service;
import brig.audit.Subject;
import brig.cli.command.AbsolutePath;
import brig.cli.command.Context;
import brig.cli.host.Accounts;
import brig.cli.host.HostUsers;
import brig.cli.jail.JailBuild;
import brig.cli.jail.JailNames;
import brig.cli.jail.JailPlanning;
import brig.cli.jail.JailSources;
import brig.cli.jail.Jailfiles;
import brig.cli.service.CallsOutside;
import brig.launch.LaunchOrder.JailMount;
import brig.launch.service.LateMounts;
import brig.launch.service.LaunchFacts;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.launch.service.SelfTree;
import brig.launch.service.Strays;
import brig.linux.Capability;
import brig.linux.Errno;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import brig.plan.Inputs;
import brig.plan.Planner;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.JailfileReader;
import brig.spec.Located;
import brig.tree.Builder;
import brig.tree.Generations;
import brig.tree.JailPaths;
import brig.tree.JailVolume;
import brig.tree.Manifest;
import brig.tree.MountPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** What the arguments of {@code brig audit} name. */
final class AuditSubjects {
  /** Where programs write without being told to; audited for their own rules all the same. */
  private static final List<String> USUAL_PLACES = List.of("/tmp", "/var/tmp", "/dev/shm");

  private AuditSubjects() {}

  /**
   * The jails and directories.
   *
   * @param refused takes what {@code --all} had to leave out
   */
  static List<Subject> of(ParseResult arguments, Context context, List<Problem> refused)
      throws BrigException, IOException {
    List<String> named = arguments.matchedPositionalValue(0, List.of());
    String as = arguments.matchedOptionValue("--as", "");
    List<String> writable = arguments.matchedOptionValue("--writable", List.of());
    List<Subject> subjects = new ArrayList<>();
    if (arguments.hasMatchedOption("--all")) {
      all(context, subjects, refused);
    } else if (named.isEmpty()) {
      throw BrigException.usage(
          Problem.of("brig audit: what is to be audited is missing")
              .remedy("Name a jail or a directory, or --all. See: brig audit --help."));
    }
    for (String word : named) {
      if (isDirectory(word)) {
        String path = AbsolutePath.of(word, context.host());
        subjects.add(directory(word, path, as, writable, context));
      } else if (!as.isEmpty() || !writable.isEmpty()) {
        throw BrigException.usage(
            Problem.of(
                    "brig audit: --as and --writable are for directories, and " + word + " is none")
                .remedy("Of a jail of Brig, its jailfile says both."));
      } else {
        String name = Jailfiles.nameOf(word);
        subjects.add(readable(name, Jailfiles.fileOf(word, context.paths()), context));
      }
    }
    return subjects;
  }

  /** One that cannot be audited keeps none of the others from it. */
  private static void all(Context context, List<Subject> subjects, List<Problem> refused)
      throws IOException {
    for (String name : JailNames.all(context.paths())) {
      try {
        JailVolume.open(context.paths(), name);
        if (Generations.of(context.paths(), name).current().isPresent()) {
          subjects.add(readable(name, context.paths().jailfile(name), context));
        }
      } catch (BrigException e) {
        refused.addAll(e.problems());
      }
    }
  }

  /** A word with a slash is a path, and of paths only a jailfile's is a jail of Brig. */
  private static boolean isDirectory(String word) throws LinuxException {
    boolean path = word.indexOf('/') >= 0 || word.equals(".") || word.equals("..");
    return path && (!word.endsWith(".toml") || isDirectoryNow(word));
  }

  private static boolean isDirectoryNow(String word) throws LinuxException {
    Stat stat = Stat.of(word);
    return stat != null && stat.isDirectory();
  }

  private static Subject directory(
      String name, String path, String as, List<String> writable, Context context)
      throws BrigException, IOException {
    List<Place> places = new ArrayList<>();
    for (String usual : USUAL_PLACES) {
      places.add(new Place(usual, null));
    }
    for (String place : writable) {
      if (!place.startsWith("/") || place.equals("/")) {
        throw BrigException.usage(
            Problem.of("brig audit: --writable " + place + " is not a path inside the jail")
                .remedy("Such as --writable /var/log; the whole jail is never a writable place."));
      }
      places.add(
          new Place(place.endsWith("/") ? place.substring(0, place.length() - 1) : place, null));
    }
    Service service = as.isEmpty() ? Service.anybody() : HostUsers.service(as, context.host());
    return new Subject(name, path, service, places, null);
  }

  private static Subject readable(String name, String jailfile, Context context)
      throws BrigException, IOException {
    try {
      return jail(name, jailfile, context);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EACCES) {
        throw e;
      }
      throw BrigException.refused(
          e.problem("cannot audit " + name + " by its manifest, which is for root alone")
              .remedy(
                  "Run it as root; or audit the tree as a directory, as far as you may see it: brig"
                      + " audit "
                      + context.paths().current(name)
                      + "/root."));
    }
  }

  private static Subject jail(String name, String jailfile, Context context)
      throws BrigException, IOException {
    JailPaths paths = context.paths();
    Subject entered = entered(name, jailfile, context);
    if (entered != null) {
      return entered;
    }
    JailVolume.open(paths, name);
    Generations generations = Generations.of(paths, name);
    int current = generations.current().orElse(0);
    if (current == 0) {
      throw BrigException.usage(notBuilt(name, jailfile, paths));
    }
    LaunchFacts facts = LaunchFacts.read(paths.generation(name, current));
    if (facts == null) {
      throw BrigException.refused(
          Problem.of("cannot audit " + name)
              .answered("generation " + current + " lacks its file " + LaunchFacts.FILE)
              .remedy("brig build --again " + name + "."));
    }
    List<Place> places = new ArrayList<>();
    for (LaunchFacts.Place place : facts.places()) {
      String outside = place.temporary() ? null : paths.writable(name) + place.path();
      places.add(new Place(place.path(), outside));
    }
    Blueprint blueprint = blueprint(name, jailfile, current, generations, context);
    MountPlan mounted = mounted(name, jailfile, current, generations, context);
    return new Subject(
        name,
        generations.root(current),
        service(facts, context),
        places,
        blueprint,
        mounted,
        Life.of(CallsOutside.known(jailfile, context)));
  }

  /** The site, of a jail in which a daemon of the host goes; null for one that is built. */
  private static @Nullable Subject entered(String name, String jailfile, Context context)
      throws BrigException, IOException {
    byte[] bytes = HostFiles.readOrNull(jailfile);
    JailSpec spec = bytes == null ? null : JailfileReader.read(name, jailfile, bytes);
    JailSpec.Late late = spec == null ? null : spec.late();
    if (spec == null || late == null) {
      return null;
    }
    LaunchFacts facts = LaunchFacts.of(spec, Planner.plan(spec, context.host()));
    String root = late.root().value();
    List<Place> places = new ArrayList<>();
    for (LaunchFacts.Place place : facts.places()) {
      String inside = place.path();
      if (late.samePaths() || spec.mode() == JailSpec.Mode.SELF) {
        if (!inside.startsWith(root + "/")) {
          continue; // not in the site
        }
        inside = inside.substring(root.length());
      }
      places.add(new Place(inside, null));
    }
    Life life = life(spec, late, facts, context);
    return new Subject(name, root, service(facts, context), places, null, null, life);
  }

  private static Life life(JailSpec spec, JailSpec.Late late, LaunchFacts facts, Context context)
      throws BrigException, IOException {
    boolean self = spec.mode() == JailSpec.Mode.SELF;
    Set<String> mounted = new TreeSet<>();
    for (JailMount mount :
        self ? new SelfTree(spec, late, facts).mountsInside() : LateMounts.of(spec, late, facts)) {
      mounted.add(mount.inside());
    }
    RunState noted = RunState.read(context.paths().state(spec.name()));
    String site = self ? late.root().value() : null;
    List<ProcessStatus> strays =
        noted == null || Running.find(noted) == null ? List.of() : Strays.of(noted, site);
    return new Life(
        self || late.samePaths() ? context.paths().emptyRoot(spec.name()) : null,
        capabilities(spec),
        mounted,
        strays,
        CallsOutside.known(spec.file(), context));
  }

  private static Service service(LaunchFacts facts, Context context) throws IOException {
    int uid = facts.service().uid();
    return new Service(
        new Accounts(context.host()).user(uid),
        uid,
        facts.service().gid(),
        facts.service().groups(),
        false);
  }

  /** What a start would put together: in mode "bind" there is no tree to be looked at. */
  private static @Nullable MountPlan mounted(
      String name, String jailfile, int current, Generations generations, Context context)
      throws BrigException, IOException {
    byte[] builtFrom = generations.jailfile(current);
    if (builtFrom == null) {
      return null;
    }
    JailSpec spec = JailfileReader.read(name, jailfile, builtFrom);
    return spec.mode() == JailSpec.Mode.BIND
        ? Builder.mounts(JailBuild.order(spec, context, false, false), current)
        : null;
  }

  private static Problem notBuilt(String name, String jailfile, JailPaths paths)
      throws LinuxException {
    boolean known = Stat.of(jailfile) != null || Stat.of(paths.jail(name)) != null;
    return known
        ? Problem.of("cannot audit " + name + ": it is not built")
            .remedy("brig build " + name + " builds it.")
        : Problem.of("there is no jail " + name)
            .remedy(
                "brig status lists the jails. A directory is named with a slash: ./" + name + ".");
  }

  private static Blueprint blueprint(
      String name, String jailfile, int current, Generations generations, Context context)
      throws BrigException, IOException {
    JailPaths paths = context.paths();
    Map<Integer, String> others = new TreeMap<>();
    for (int number : generations.numbers()) {
      if (number != current) {
        others.put(number, generations.root(number));
      }
    }
    byte[] builtFrom = generations.jailfile(current);
    byte[] now = JailSources.readOrNull(jailfile);
    JailSpec spec = builtFrom == null ? null : JailfileReader.read(name, jailfile, builtFrom);
    return new Blueprint(
        current,
        Manifest.read(paths, name, current),
        others,
        List.of(paths.writable(name)),
        spec != null && spec.identity().startAsRoot(),
        spec == null ? 0 : capabilities(spec),
        now != null && builtFrom != null && !Arrays.equals(now, builtFrom),
        changedInput(paths.generation(name, current), context));
  }

  private static long capabilities(JailSpec spec) {
    long set = 0;
    for (Located<String> name : spec.identity().capabilities()) {
      Capability capability = Capability.named(name.value());
      set |= capability == null ? 0 : capability.bit();
    }
    return set;
  }

  private static @Nullable String changedInput(String generation, Context context)
      throws IOException {
    byte[] encoded = HostFiles.readOrNull(generation + "/inputs");
    Inputs inputs = encoded == null ? null : JailPlanning.inputs(encoded);
    return inputs == null ? null : inputs.firstChange(context.host());
  }
}
