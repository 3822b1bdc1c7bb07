package brig.plan;

import brig.plan.Resolver.Outcome;
import brig.plan.Resolver.Resolution;
import brig.plan.rules.Rule;
import brig.plan.rules.Rules;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Works out what a jail will hold. First comes what the jailfile says; then each file that has come
 * in is looked at and brings what it needs, and the rules add what is known to be opened at run
 * time, until nothing new comes.
 */
public final class Planner {
  private final JailSpec spec;
  private final OverlaidHost host;
  private final Troubles troubles = new Troubles();
  private final Draft draft;
  private final Accounts accounts;
  private final LoaderCache cache = new LoaderCache();
  private final ElfFiles elfFiles;
  private final Scripts scripts;
  private final List<Rule> rules;

  private Planner(JailSpec spec, Host host) throws IOException {
    this.spec = spec;
    this.host = new OverlaidHost(host);
    this.draft = new Draft(spec, this.host, troubles);
    this.accounts = new Accounts(spec, host, troubles);
    this.elfFiles = new ElfFiles(draft, cache);
    this.scripts = new Scripts(draft);
    this.rules = Rules.of(spec);
  }

  /**
   * The plan of a jail on this host.
   *
   * @throws BrigException with every problem that was found, when there is any
   */
  public static Plan plan(JailSpec spec, Host host) throws BrigException {
    try {
      return new Planner(spec, host).plan();
    } catch (IOException e) {
      throw BrigException.refused(
          Problem.of("cannot look at the host").answered(String.valueOf(e.getMessage())));
    }
  }

  private Plan plan() throws BrigException, IOException {
    if (spec.mode() == JailSpec.Mode.LATE || spec.mode() == JailSpec.Mode.SELF) {
      return new EnteredPlan(spec, host, accounts, troubles).make();
    }
    for (Located<JailSpec.MountedPath> line : spec.files().mapped()) {
      map(line);
    }
    new Places(draft, accounts).add();
    for (Located<JailSpec.Content> line : spec.files().contents()) {
      give(line);
    }
    LearnedEntries learned = new LearnedEntries(draft, accounts);
    learned.addPlaces();
    new UsualPlaces(draft, accounts).add(strict());
    accounts.write(draft);
    addCommand();
    for (Located<String> program : spec.files().programs()) {
      guarded(program.value(), troubles.because(program), () -> addProgram(program));
    }
    for (Located<JailSpec.MountedPath> line : spec.files().mapped()) {
      Reason why = troubles.because(line);
      String inside = line.value().inside();
      guarded(inside, why, () -> draft.addTree(inside, why, TreeFilter.ALL));
    }
    for (Located<String> line : spec.files().include()) {
      guarded(line.value(), troubles.because(line), () -> include(line));
    }
    guarded(spec.learned().file(), Reason.root(spec.learned().file()), learned::addPaths);
    untilNothingNewComes();
    if (!cache.isEmpty()) {
      draft.generate(
          "/etc/ld.so.cache",
          cache.bytes(),
          0644,
          Reason.root("libraries that are found through ld.so.cache"));
    }
    if (troubles.any()) {
      throw new BrigException(ExitCode.USAGE, troubles.problems());
    }
    return new Plan(
        spec.name(),
        draft.sorted(),
        accounts.users(),
        accounts.groups(),
        accounts.service(),
        troubles.warnings(),
        draft.omissions().all(),
        origin());
  }

  /** See {@link Plan#origin}. */
  private @Nullable String origin() throws IOException {
    String program = draft.real(spec.command().program());
    String interpreter = program == null ? null : draft.interpreterOf(program);
    String run = interpreter == null ? program : draft.real(interpreter);
    return run == null ? null : elfFiles.originOf(run);
  }

  private boolean strict() {
    return spec.hardening() == JailSpec.Hardening.STRICT;
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /** One thing that cannot be read is one problem; the rest is looked at all the same. */
  private void guarded(String path, Reason why, Step step) {
    try {
      step.run();
    } catch (IOException e) {
      troubles.fail("cannot look at " + path, e, why);
    }
  }

  private void map(Located<JailSpec.MountedPath> line) throws IOException {
    Reason why = troubles.because(line);
    Resolution outside = new Resolver(host).resolve(line.value().outside());
    if (outside.outcome() != Outcome.FOUND) {
      troubles.fail(
          Problem.of("cannot find " + line.value().outside())
              .answered("the host has no such file or directory")
              .remedy("Make it, or take the line out."),
          line);
      return;
    }
    String inside = draft.realPlace(line.value().inside(), why);
    if (inside != null) {
      host.map(inside, host.outside(outside.path()));
      draft.resolver().forget();
    }
  }

  /** What is given in the jailfile is seen by the rules as a file of the host would be. */
  private void give(Located<JailSpec.Content> line) throws IOException {
    JailSpec.Content file = line.value();
    Reason why = troubles.because(line);
    byte[] content = file.text().getBytes(StandardCharsets.UTF_8);
    draft.generate(file.path(), content, file.mode(), why);
    String inside = draft.realPlace(file.path(), why);
    if (inside != null) {
      host.give(inside, content, file.mode());
      draft.resolver().forget();
    }
  }

  private void addCommand() throws IOException {
    Located<List<String>> argv = spec.command().argv();
    String program = spec.command().program();
    Reason why = troubles.because(argv);
    guarded(program, why, () -> addProgram(new Located<>(program, argv.at())));
    String real = draft.real(program);
    FileStat stat = real == null ? null : host.lstat(real);
    if (real != null && stat != null && stat.type() == FileStat.Type.FILE) {
      PlannedFile file = new PlannedFile(real, stat, why, PlannedFile.Role.PROGRAM, List.of());
      guarded(real, why, () -> setMainProgram(file));
    }
    String directory = spec.command().workingDirectory();
    if (!directory.equals("/") && !draft.isInWritable(directory)) {
      String place = draft.realDirectory(directory, why);
      if (place != null && !place.isEmpty() && !draft.holds(place)) {
        draft.put(
            new Entry.Directory(place, 0755, 0, 0, draft.reasonsOf(place)),
            why.then("the working directory"));
      }
    }
  }

  /** Plugins of unknown owner are looked up as if the command loaded them, if it can load any. */
  private void setMainProgram(PlannedFile file) throws IOException {
    if (FileLook.isElf(FileLook.head(host, file))) {
      elfFiles.mainProgram(file.path());
    }
  }

  private void addProgram(Located<String> line) throws IOException {
    Reason why = troubles.because(line);
    String path = line.value();
    if (draft.entry(path) instanceof Entry.Generated made) {
      if ((made.mode() & 0111) == 0) {
        troubles.fail(
            Problem.of("cannot jail the program " + path)
                .answered("it is not executable")
                .remedy("Give it mode = \"0755\", or name the program that runs it."),
            line);
      }
      return;
    }
    if (draft.isInWritable(path)) {
      troubles.fail(
          Problem.of("cannot jail the program " + path)
              .answered("it lies in a writable place, whose content is not the plan's")
              .remedy("Move it, or make another place writable."),
          line);
      return;
    }
    Resolution end = draft.resolver().resolve(path);
    FileStat stat = end.stat();
    String answer = null;
    String remedy = "Install it, or give the path where it is.";
    if (end.outcome() == Outcome.ABSENT) {
      answer = "the host has no such file";
    } else if (stat != null && stat.type() != FileStat.Type.FILE) {
      answer = "it is " + Forbidden.nameOf(stat.type());
    } else if (stat != null && (stat.mode() & 0111) == 0) {
      answer = "it is not executable";
      remedy = "Make it executable (chmod +x), or name the program that runs it.";
    } else if (draft.omissions().exclusions().excluding(end.path()) != null) {
      answer = "it is excluded";
      remedy = "Take it out of exclude.";
    }
    if (answer != null) {
      troubles.fail(
          Problem.of("cannot jail the program " + path).answered(answer).remedy(remedy), line);
      return;
    }
    draft.addProgram(path, why);
  }

  private void include(Located<String> line) throws IOException {
    String pattern = line.value();
    List<String> found =
        Glob.isPattern(pattern) && host.lstat(pattern) == null
            ? Glob.of(pattern).expand(host)
            : List.of(pattern);
    if (found.isEmpty()) {
      troubles.fail(
          Problem.of("cannot include " + pattern)
              .answered("nothing on the host matches it")
              .remedy("Mend the pattern or take it out."),
          line);
    }
    boolean byName = found.size() == 1 && found.getFirst().equals(pattern);
    for (String path : found) {
      if (byName || !draft.omissions().isLeftOut(path, troubles.because(line))) {
        includePath(path, line);
      }
    }
  }

  private void includePath(String path, Located<String> line) throws IOException {
    Reason why = troubles.because(line);
    Resolution end = draft.resolver().resolve(path);
    if (end.outcome() == Outcome.ABSENT) {
      if (!draft.holds(end.path())) {
        boolean dangling = host.lstat(path) != null;
        troubles.fail(
            Problem.of("cannot include " + path)
                .answered(
                    dangling
                        ? "it is a link to " + end.path() + ", which is not there"
                        : "the host has no such file or directory")
                .remedy("Make it, mend the path, or take it out."),
            line);
      }
      return;
    }
    if (draft.isInWritable(end.path().isEmpty() ? "/" : end.path())
        && !(draft.entry(end.path()) instanceof Entry.Writable)) {
      troubles.fail(
          Problem.of("cannot include " + path)
              .answered("it lies in a writable place, whose content is not the plan's")
              .remedy("Take it out, or make another place writable."),
          line);
      return;
    }
    if (end.isDirectory()) {
      if (end.path().isEmpty()) {
        troubles.fail(
            Problem.of("cannot include /")
                .answered("that is the whole host")
                .remedy("Include what is needed."),
            line);
        return;
      }
      draft.addTree(path, why, TreeFilter.ALL);
    } else {
      draft.add(path, why);
    }
  }

  private void untilNothingNewComes() {
    int before = -1;
    while (before != draft.size()) {
      before = draft.size();
      for (PlannedFile file = draft.nextUnseen(); file != null; file = draft.nextUnseen()) {
        look(file);
      }
      for (Rule rule : rules) {
        guarded("the host", Reason.root("rules"), () -> rule.settle(draft));
      }
    }
  }

  private void look(PlannedFile file) {
    guarded(
        file.path(),
        file.why(),
        () -> {
          if (file.role() != PlannedFile.Role.DATA) {
            lookInside(file);
          }
          for (Rule rule : rules) {
            rule.saw(file, draft);
          }
        });
  }

  private void lookInside(PlannedFile file) throws IOException {
    if (file.role() == PlannedFile.Role.LIBRARY) {
      return;
    }
    byte[] head = FileLook.head(host, file);
    if (FileLook.isElf(head)) {
      elfFiles.look(file, head);
    } else if (FileLook.isScript(head) && file.executable()) {
      scripts.look(file, head);
    } else if (FileLook.isPrivateKey(head)) {
      troubles.warn(
          Problem.of("the private key " + file.path() + " comes into the jail")
              .remedy("Whoever breaks into the service can read it; exclude it if it can be."),
          file.why());
    }
  }
}
