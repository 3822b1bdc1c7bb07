package brig.spec;

import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Position;
import brig.report.Problem;
import brig.spec.toml.TomlDocument;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a jailfile. All mistakes are found in one go. */
public final class JailfileReader {
  private static final Map<String, JailSpec.Mode> MODES = new LinkedHashMap<>();
  private static final Map<String, JailSpec.Landlock> LANDLOCK = new LinkedHashMap<>();
  private static final Map<String, JailSpec.Hardening> HARDENING = new LinkedHashMap<>();

  static {
    MODES.put("copy", JailSpec.Mode.COPY);
    MODES.put("bind", JailSpec.Mode.BIND);
    MODES.put("late", JailSpec.Mode.LATE);
    MODES.put("self", JailSpec.Mode.SELF);
    LANDLOCK.put("auto", JailSpec.Landlock.AUTO);
    LANDLOCK.put("require", JailSpec.Landlock.REQUIRE);
    LANDLOCK.put("off", JailSpec.Landlock.OFF);
    HARDENING.put("standard", JailSpec.Hardening.STANDARD);
    HARDENING.put("strict", JailSpec.Hardening.STRICT);
  }

  private final Mistakes mistakes;
  private final Section top;

  private JailfileReader(TomlDocument document) {
    mistakes = new Mistakes(document.problems());
    top = Section.of("", document.root(), mistakes);
  }

  /**
   * Reads a jailfile.
   *
   * @param name the jail's name
   * @param file the file's name for messages
   * @param content its bytes, joined with its lock file if it has one: {@link LockedJailfile}
   * @throws BrigException with every mistake, in the order of the file
   */
  public static JailSpec read(String name, String file, byte[] content) throws BrigException {
    byte[] lock = LockedJailfile.lock(content);
    TomlDocument document = TomlDocument.parse(file, LockedJailfile.jailfile(content));
    JailfileReader reader = new JailfileReader(document);
    if (!JailName.isValid(name)) {
      reader.mistakes.add(JailName.problem(name).at(new Position(file, 1, 1)));
    }
    JailSpec spec = reader.spec(name, file, lock);
    Contradictions.check(spec, reader.mistakes);
    if (!reader.mistakes.none()) {
      List<Problem> problems = reader.mistakes.sorted();
      throw new BrigException(ExitCode.USAGE, problems);
    }
    return spec;
  }

  private JailSpec spec(String name, String file, byte @Nullable [] lock) {
    String lockFile = LockFile.beside(file);
    Located<String> description = top.text("description");
    JailSpec.Mode mode = top.choice("mode", MODES, JailSpec.Mode.COPY);
    Section seccomp = top.section("seccomp");
    JailSpec.Hardening hardening = top.choice("hardening", HARDENING, JailSpec.Hardening.STANDARD);
    boolean strict = hardening == JailSpec.Hardening.STRICT;
    if (mode == JailSpec.Mode.BIND && strict) {
      mistakes.add(
          top.positionOf("hardening"),
          "mode = \"bind\" and hardening = \"strict\" cannot be together: what is mounted from the"
              + " host keeps the owners and modes that it has there",
          "Choose mode = \"copy\", or leave hardening out.");
    }
    LockFile learned =
        lock == null ? LockFile.none(lockFile) : LockFileReader.read(lockFile, lock, mistakes);
    JailSpec.Late late = new LateReader(top, mistakes).read(mode);
    HolesReader holes = new HolesReader(top, mistakes);
    JailSpec.FileSet files =
        new FilesReader(top.section("files"), mistakes, strict)
            .read()
            .alsoWritable(holes.directories());
    SocketsReader sockets = new SocketsReader(top, mode, mistakes);
    return new JailSpec(
        name,
        file,
        description == null ? "" : description.value(),
        mode,
        new CommandReader(top, mistakes, strict).read(),
        new IdentityReader(top, mistakes).read(),
        late == null ? files : WithLearned.files(files, learned, mistakes),
        new FeaturesReader(top.section("features"), mistakes).read(),
        accounts(top.section("accounts")),
        new DevicesReader(top.section("devices"), mistakes).read(),
        sockets.mounted(),
        sockets.lent(),
        new EnvironmentReader(top.pairs("environment"), mistakes).read(),
        new LimitsReader(top.section("limits"), mistakes).read(),
        namespaces(top.section("namespaces"), mode),
        new NetworkReader(top.section("network"), mistakes).read(),
        new SeccompReader(seccomp, mistakes).read(),
        top.choice("landlock", LANDLOCK, JailSpec.Landlock.AUTO),
        hardening,
        new FilesystemReader(top, mistakes).read(),
        learned,
        late == null ? null : WithLearned.preloads(late, learned),
        holes.holes(),
        new UpkeepReader(top, mistakes).read(name, mode));
  }

  private static JailSpec.Accounts accounts(Section section) {
    return new JailSpec.Accounts(section.distinct("users"), section.distinct("groups"));
  }

  private static JailSpec.Namespaces namespaces(Section section, JailSpec.Mode mode) {
    // A running process cannot move into a process namespace (pid_namespaces(7)).
    return new JailSpec.Namespaces(
        section.truth("pid", mode != JailSpec.Mode.LATE),
        section.truth("ipc", true),
        section.truth("uts", false));
  }
}
