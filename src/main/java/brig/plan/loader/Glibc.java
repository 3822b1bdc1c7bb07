package brig.plan.loader;

import brig.elf.AbiTag;
import brig.elf.Dynamic;
import brig.elf.ElfFile;
import brig.plan.loader.SearchPath.Directory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The search of glibc's ld.so: ld.so(8) and _dl_map_object of elf/dl-load.c. In this order: the
 * DT_RPATH of the object that asks, of the one that loaded it, and so on up to the program, unless
 * the asking object has a DT_RUNPATH; LD_LIBRARY_PATH, which no jail has; the DT_RUNPATH of the
 * asking object; ld.so.cache; the built-in directories. A file of another class or machine is
 * passed over, a file that is no ELF file ends the search.
 */
final class Glibc implements Search {
  private final HostFiles files;
  private final HostConfiguration configuration;
  private final SystemDirectories systemDirectories;
  private final Hwcaps hwcaps;
  private final String interpreter;
  private final Map<Mapped, List<Directory>> rpaths = new HashMap<>();
  private final Map<Mapped, List<Directory>> runpaths = new HashMap<>();

  Glibc(
      HostFiles files,
      HostConfiguration configuration,
      SystemDirectories systemDirectories,
      Hwcaps hwcaps,
      String interpreter) {
    this.files = files;
    this.configuration = configuration;
    this.systemDirectories = systemDirectories;
    this.hwcaps = hwcaps;
    this.interpreter = interpreter;
  }

  @Override
  public boolean isItself(String name) {
    return false; // its soname and its path are names like any other's
  }

  /** expand_dst of elf/dl-deps.c. */
  @Override
  public String written(String name, Mapped loader, Mapped program) throws IOException {
    return SearchPath.expand(name, tokens(loader, program));
  }

  @Override
  public Answer find(String name, Mapped loader, Mapped program) throws IOException {
    Turn turn = new Turn(name, loader, program);
    if (name.indexOf('/') >= 0) {
      return turn.byPath();
    }
    List<String> levels = Hwcaps.directories(program.elf());
    // Without a glibc-hwcaps directory in sight all processors find the same.
    Answer answer = turn.find(0);
    if (!turn.sawVariants || levels.isEmpty()) {
      return answer;
    }
    int own = Math.min(hwcaps.processorLevel(), levels.size());
    List<Answer> all = new ArrayList<>();
    for (int level = 0; level <= levels.size(); level++) {
      all.add(level == 0 ? answer : turn.find(level));
    }
    return withVariants(all.get(own), all);
  }

  private static Answer withVariants(Answer own, List<Answer> all) {
    List<String> variants = new ArrayList<>();
    for (Answer other : all.reversed()) {
      DiskFile file = other.file();
      if (file != null
          && (own.file() == null || !file.path().equals(own.file().path()))
          && !variants.contains(file.path())) {
        variants.add(file.path());
      }
    }
    return new Answer(own.file(), own.reason(), List.copyOf(variants));
  }

  private List<Directory> rpath(Mapped object, Mapped program) throws IOException {
    Dynamic dynamic = object.dynamic();
    // elf/get-dynamic-info.h: with a RUNPATH, the same object's RPATH does not exist.
    if (dynamic.rpath() == null || dynamic.runpath() != null) {
      return List.of();
    }
    return split(rpaths, object, program, dynamic.rpath());
  }

  private List<Directory> runpath(Mapped object, Mapped program) throws IOException {
    String text = object.dynamic().runpath();
    return text == null ? List.of() : split(runpaths, object, program, text);
  }

  private List<Directory> split(
      Map<Mapped, List<Directory>> known, Mapped object, Mapped program, String text)
      throws IOException {
    List<Directory> directories = known.get(object);
    if (directories == null) {
      directories = SearchPath.split(text, tokens(object, program));
      known.put(object, directories);
    }
    return directories;
  }

  private SearchPath.Tokens tokens(Mapped object, Mapped program) {
    return new SearchPath.Tokens() {
      @Override
      public String origin() throws IOException {
        return Origin.of(object, files);
      }

      @Override
      public String lib() throws IOException {
        return SystemDirectories.lib(systemDirectories.of(interpreter, program.elf()));
      }

      @Override
      public String platform() throws IOException {
        return Platform.of(program.elf(), files);
      }
    };
  }

  /** One name that is looked for. */
  private final class Turn {
    private final String name;
    private final Mapped loader;
    private final Mapped program;
    private boolean sawVariants;

    Turn(String name, Mapped loader, Mapped program) {
      this.name = name;
      this.loader = loader;
      this.program = program;
    }

    Answer byPath() throws IOException {
      String path = name.startsWith("/") ? name : "/" + name;
      Answer answer = tryFile(path, "named by its path");
      return answer == null ? Answer.nowhere() : answer;
    }

    Answer find(int level) throws IOException {
      @Nullable Answer answer = null;
      if (loader.dynamic().runpath() == null) {
        boolean sawProgram = false;
        for (Mapped m = loader; m != null && answer == null; m = m.loader()) {
          sawProgram |= m == program;
          answer = in(rpath(m, program), "RPATH", m, level);
        }
        if (answer == null && !sawProgram) {
          answer = in(rpath(program, program), "RPATH", program, level);
        }
      }
      if (answer == null) {
        answer = in(runpath(loader, program), "RUNPATH", loader, level);
      }
      if (answer == null) {
        answer = inCache(level);
      }
      boolean builtIn = (loader.dynamic().flags1() & Dynamic.DF_1_NODEFLIB) == 0;
      if (answer == null && builtIn) {
        answer = inSystemDirectories(level);
      }
      return answer == null ? Answer.nowhere() : answer;
    }

    private @Nullable Answer in(List<Directory> directories, String kind, Mapped owner, int level)
        throws IOException {
      for (Directory directory : directories) {
        Answer answer =
            inDirectory(
                directory.path(),
                kind
                    + " "
                    + directory.written()
                    + (owner == loader ? "" : " of " + owner.file().path()),
                level);
        if (answer != null) {
          return answer;
        }
      }
      return null;
    }

    private @Nullable Answer inDirectory(String directory, String reason, int level)
        throws IOException {
      if (!files.isDirectory(directory)) {
        return null;
      }
      List<String> present = files.hwcaps(directory);
      if (!present.isEmpty()) {
        sawVariants = true;
        List<String> levels = Hwcaps.directories(program.elf());
        for (int i = level - 1; i >= 0; i--) {
          if (present.contains(levels.get(i))) {
            String path = directory + "/glibc-hwcaps/" + levels.get(i) + "/" + name;
            Answer answer = tryFile(path, reason + ", glibc-hwcaps " + levels.get(i));
            if (answer != null) {
              return answer;
            }
          }
        }
      }
      String path = directory.equals("/") ? "/" + name : directory + "/" + name;
      return tryFile(path, reason);
    }

    private @Nullable Answer inCache(int level) throws IOException {
      if (configuration.cache() == null) {
        return inConfiguredDirectories(level);
      }
      LdSoCache.Entry best =
          CacheChoice.best(configuration.cached(name), program.elf(), level, this::sawVariant);
      if (best == null || isExcluded(best.path())) {
        return null;
      }
      String hwcap = best.hwcap() == null ? "" : ", glibc-hwcaps " + best.hwcap();
      return tryFile(best.path(), "found in ld.so.cache" + hwcap);
    }

    private void sawVariant() {
      sawVariants = true;
    }

    /** What ldconfig would put in the cache, where it has not been run. */
    private @Nullable Answer inConfiguredDirectories(int level) throws IOException {
      for (String directory : configuration.directories()) {
        if (!isExcluded(directory + "/")) {
          Answer answer = inDirectory(directory, "found through ld.so.conf in " + directory, level);
          if (answer != null) {
            return answer;
          }
        }
      }
      return null;
    }

    /** ld(1), -z nodefaultlib: what the cache holds of the built-in directories does not count. */
    private boolean isExcluded(String path) throws IOException {
      if ((loader.dynamic().flags1() & Dynamic.DF_1_NODEFLIB) == 0) {
        return false;
      }
      for (String directory : systemDirectories.of(interpreter, program.elf())) {
        if (path.startsWith(directory + "/")) {
          return true;
        }
      }
      return false;
    }

    private @Nullable Answer inSystemDirectories(int level) throws IOException {
      for (String directory : systemDirectories.of(interpreter, program.elf())) {
        Answer answer = inDirectory(directory, "default directory " + directory, level);
        if (answer != null) {
          return answer;
        }
      }
      return null;
    }

    /** open_verify of elf/dl-load.c: null where the search goes on. */
    private @Nullable Answer tryFile(String path, String reason) throws IOException {
      DiskFile file = files.at(path);
      if (file == null) {
        return null;
      }
      ElfFile elf = file.elf();
      if (elf == null) {
        return Answer.broken(file);
      }
      ElfFile own = program.elf();
      if (elf.wide() != own.wide()) {
        return null;
      }
      if (elf.bigEndian() != own.bigEndian()) {
        return new Answer(null, path + ": wrong byte order", List.of());
      }
      if (elf.machine() != own.machine() || !suits(elf.abiTag())) {
        return null;
      }
      return elf.type() == ElfFile.ET_DYN || elf.type() == ElfFile.ET_EXEC
          ? Answer.found(file, reason)
          : new Answer(null, path + ": only ET_DYN and ET_EXEC can be loaded", List.of());
    }

    private boolean suits(@Nullable AbiTag tag) {
      return tag == null || tag.system() == AbiTag.LINUX;
    }
  }
}
