package brig.spec;

import brig.report.Position;
import brig.report.Problem;
import brig.spec.LockFile.Evidence;
import brig.spec.LockFile.LearnedAccount;
import brig.spec.LockFile.LearnedPath;
import brig.spec.LockFile.LearnedPlace;
import brig.spec.LockFile.Run;
import brig.spec.toml.TomlDocument;
import brig.spec.toml.TomlTable;
import brig.spec.toml.TomlValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads a lock file. People may edit it, so it is held to the same rules as the jailfile: what must
 * not come into a jail cannot come in by this door either.
 */
final class LockFileReader {
  /** The grammar's version; another one is refused. */
  static final int VERSION = 1;

  private static final Map<String, Boolean> WHERE = new LinkedHashMap<>();

  static {
    WHERE.put("jail", false);
    WHERE.put("host", true);
  }

  private final String file;
  private final Mistakes mistakes;
  private final PathRules paths;
  private final Section top;

  private LockFileReader(String file, TomlDocument document, Mistakes mistakes) {
    this.file = file;
    this.mistakes = mistakes;
    this.paths = new PathRules(mistakes);
    this.top = Section.of(Grammar.LOCK, document.root(), mistakes);
  }

  /** Adds what is wrong to the mistakes. */
  static LockFile read(String file, byte[] content, Mistakes mistakes) {
    TomlDocument document = TomlDocument.parse(file, content);
    for (Problem problem : document.problems()) {
      mistakes.add(problem);
    }
    return new LockFileReader(file, document, mistakes).read();
  }

  private LockFile read() {
    if (top.has("version") && number(top, "version") != VERSION) {
      mistakes.add(
          top.positionOf("version"),
          "this lock file is of another version than " + VERSION,
          "A newer Brig wrote it; use that one, or learn anew.");
    }
    List<Located<LearnedPlace>> places = new ArrayList<>();
    places(places, "writable", false);
    places(places, "temporary", true);
    List<Located<LearnedAccount>> accounts = new ArrayList<>();
    accounts(accounts, "user", false);
    accounts(accounts, "group", true);
    return new LockFile(
        file,
        runs(),
        paths("path"),
        places,
        accounts,
        seen(),
        unused(),
        LateReader.preloadable(paths("preload"), LearnedPath::path, mistakes));
  }

  private LockFile.Seen seen() {
    Section network = top.below("network");
    return new LockFile.Seen(
        new SeccompReader(top.below("seccomp"), mistakes).calls("calls"),
        NetworkReader.ports(network, "listen", mistakes),
        NetworkReader.ports(network, "connect", mistakes),
        network.distinct("sockets"));
  }

  private List<Located<String>> unused() {
    List<Located<String>> unused = new ArrayList<>();
    for (Located<String> path : top.distinct("unused")) {
      if (paths.check(path)) {
        unused.add(path);
      }
    }
    return unused;
  }

  /** The tables of one kind. */
  private List<Section> tables(String key) {
    List<Section> sections = new ArrayList<>();
    for (TomlValue element : top.elements(key, "an array of tables")) {
      if (element instanceof TomlTable table) {
        sections.add(top.element(key, table));
      } else {
        top.wrongElement(key, "tables", element);
      }
    }
    return sections;
  }

  private List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (Section run : tables("run")) {
      Located<String> probe = run.text("probe");
      List<String> workload = new ArrayList<>();
      for (Located<String> word : run.texts("workload")) {
        workload.add(word.value());
      }
      runs.add(
          new Run(
              number(run, "number"),
              run.choice("where", WHERE, false),
              probe == null ? null : probe.value(),
              workload));
    }
    return runs;
  }

  private List<Located<LearnedPath>> paths(String key) {
    List<Located<LearnedPath>> learned = new ArrayList<>();
    for (Section section : tables(key)) {
      Located<String> path = required(section, "path");
      boolean allowed = section.truth("allowed", false);
      if (path != null && paths.checkLearned(path)) {
        learned.add(
            new Located<>(new LearnedPath(path.value(), evidence(section), allowed), path.at()));
      }
    }
    return top.withoutRepeats(key, learned, LearnedPath::path);
  }

  private void places(List<Located<LearnedPlace>> learned, String key, boolean temporary) {
    for (Section section : tables(key)) {
      Located<String> path = required(section, "path");
      Located<String> owner = section.text("owner");
      int mode = mode(section);
      if (path != null && paths.checkWritable(path, key)) {
        learned.add(
            new Located<>(
                new LearnedPlace(
                    path.value(),
                    temporary,
                    owner == null ? null : owner.value(),
                    mode,
                    evidence(section)),
                path.at()));
      }
    }
  }

  private void accounts(List<Located<LearnedAccount>> learned, String key, boolean group) {
    for (Section section : tables(key)) {
      Located<String> name = required(section, "name");
      if (name != null) {
        learned.add(
            new Located<>(new LearnedAccount(group, name.value(), evidence(section)), name.at()));
      }
    }
  }

  private static Evidence evidence(Section section) {
    Located<String> by = section.text("by");
    Located<String> call = section.text("call");
    return new Evidence(
        by == null ? "" : by.value(), call == null ? "" : call.value(), number(section, "run"));
  }

  private int mode(Section section) {
    Located<String> text = section.text("mode");
    OptionalInt bits = text == null ? OptionalInt.of(0750) : Quantities.bits(text.value(), 01777);
    if (text != null && bits.isEmpty()) {
      mistakes.add(
          text.at(), "\"" + text.value() + "\" is no mode", "Write octal digits: \"0750\".");
    }
    return bits.orElse(0750);
  }

  private @Nullable Located<String> required(Section section, String key) {
    Located<String> text = section.text(key);
    if (text == null && !section.has(key)) {
      Position at = section.at();
      mistakes.addMissing(at, "'" + key + "' is missing", "Every one needs it.");
    }
    return text;
  }

  /** A small number; 0 when there is none. */
  private static int number(Section section, String key) {
    Located<String> text = section.numberOrText(key);
    if (text == null || text.value().isEmpty() || text.value().length() > 6) {
      return 0;
    }
    int number = 0;
    for (char c : text.value().toCharArray()) {
      if (c < '0' || c > '9') {
        return 0;
      }
      number = number * 10 + c - '0';
    }
    return number;
  }
}
