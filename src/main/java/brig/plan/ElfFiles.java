package brig.plan;

import brig.elf.Dynamic;
import brig.elf.ElfException;
import brig.elf.ElfFile;
import brig.plan.loader.Libraries;
import brig.plan.loader.Library;
import brig.plan.loader.Loader;
import brig.report.Problem;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings what the loader would map for a program, a library or a plugin. */
final class ElfFiles {
  private final Draft draft;
  private final Loader loader;
  private final LoaderCache cache;

  /** The program that the jail is for: plugins of unknown owner are taken to be its. */
  private @Nullable String mainProgram;

  private final Set<String> variantsSeen = new HashSet<>();
  private final Set<String> missed = new HashSet<>();

  ElfFiles(Draft draft, LoaderCache cache) {
    this.draft = draft;
    this.loader = new Loader(draft.host());
    this.cache = cache;
  }

  void mainProgram(String path) {
    mainProgram = path;
  }

  /** The directory of a program that names libraries by {@code $ORIGIN}; null for any other. */
  @Nullable String originOf(String path) throws IOException {
    FileStat stat = draft.host().lstat(path);
    if (stat == null || stat.type() != FileStat.Type.FILE) {
      return null;
    }
    ElfFile elf;
    try {
      elf = draft.host().elf(path);
    } catch (ElfException e) {
      return null; // told where it was looked at
    }
    Dynamic dynamic = elf == null ? null : elf.dynamic();
    return dynamic != null && (hasOrigin(dynamic.rpath()) || hasOrigin(dynamic.runpath()))
        ? Paths.parent(path)
        : null;
  }

  private static boolean hasOrigin(@Nullable String path) {
    return path != null && (path.contains("$ORIGIN") || path.contains("${ORIGIN}"));
  }

  void look(PlannedFile file, byte[] head) throws IOException {
    if (file.role() == PlannedFile.Role.LIBRARY) {
      return;
    }
    Libraries libraries = libraries(file);
    if (libraries == null) {
      return;
    }
    Reason base = file.why().then(file.path());
    if (libraries.interpreter() != null) {
      addInterpreter(libraries.interpreter(), file, base);
    }
    Map<String, Reason> reasons = new HashMap<>();
    reasons.put(file.path(), base);
    for (Library library : libraries.libraries()) {
      addLibrary(library, file, base, reasons, libraries.interpreter(), head);
    }
  }

  /** Asks the loader once: for a library of unknown owner, as if the main program loaded it. */
  private @Nullable Libraries libraries(PlannedFile file) throws IOException {
    String main = mainProgram;
    if (!file.loadedBy().isEmpty() || main == null || main.equals(file.path())) {
      return loader.librariesOf(file.path(), file.loadedBy());
    }
    if (file.name().contains(".so") && !file.executable()) {
      return loader.librariesOf(file.path(), List.of(main));
    }
    Libraries alone = loader.librariesOf(file.path());
    return alone == null || alone.interpreter() != null || alone.libraries().isEmpty()
        ? alone
        : loader.librariesOf(file.path(), List.of(main));
  }

  private void addInterpreter(String interpreter, PlannedFile file, Reason base)
      throws IOException {
    if (draft.add(interpreter, base.then("interpreter " + interpreter), PlannedFile.Role.LIBRARY)
        == null) {
      tell(
          file,
          Problem.of("cannot find the loader " + interpreter + " that " + file.path() + " names")
              .remedy("Install the C library that it was linked with."),
          base);
    }
  }

  private void addLibrary(
      Library library,
      PlannedFile file,
      Reason base,
      Map<String, Reason> reasons,
      @Nullable String interpreter,
      byte[] head)
      throws IOException {
    Reason by = reasons.getOrDefault(library.neededBy(), base);
    Reason needed = by.then((library.optional() ? "may load " : "NEEDED ") + library.name());
    String path = library.path();
    if (path == null) {
      if (!library.optional()) {
        missing(library, file, needed);
      }
      return;
    }
    Reason why = needed.then(library.reason());
    reasons.put(path, why.then(path));
    if (path.equals(interpreter)) {
      return; // the kernel brings it, whoever names it besides
    }
    String real = draft.add(path, why, PlannedFile.Role.LIBRARY);
    for (String variant : library.variants()) {
      Reason because = why.then("variant for another CPU");
      if (draft.add(variant, because, PlannedFile.Role.LIBRARY) != null) {
        addNeedsOf(variant, file, because.then(variant), reasons, interpreter, head);
      }
    }
    if (real != null) {
      cache.found(library, head);
    }
  }

  /** A variant may be linked with other libraries than the one that this processor takes. */
  private void addNeedsOf(
      String variant,
      PlannedFile file,
      Reason why,
      Map<String, Reason> reasons,
      @Nullable String interpreter,
      byte[] head)
      throws IOException {
    if (!variantsSeen.add(variant)) {
      return;
    }
    Libraries own = loader.librariesOf(variant, List.of(file.path()));
    if (own == null) {
      return;
    }
    for (Library library : own.libraries()) {
      String path = library.path();
      if (path == null || !reasons.containsKey(path)) {
        addLibrary(library, file, why, reasons, interpreter, head);
      }
    }
  }

  /** Of what may never be loaded, one is told for all that lack the same library. */
  private void missing(Library library, PlannedFile file, Reason why) {
    String needer = library.neededBy();
    if (file.role() != PlannedFile.Role.PROGRAM && !missed.add(library.name())) {
      return;
    }
    tell(
        file,
        Problem.of("cannot find the library " + library.name() + ", which " + needer + " needs")
            .answered("the loader would not find it either")
            .remedy("Install the package that has it, or exclude " + file.path() + "."),
        why);
  }

  private void tell(PlannedFile file, Problem problem, Reason why) {
    if (file.role() == PlannedFile.Role.PROGRAM) {
      draft.troubles().fail(problem, why);
    } else {
      draft.troubles().warn(problem, why);
    }
  }
}
