package brig.plan.loader;

import brig.elf.ElfException;
import brig.elf.ElfFile;
import brig.plan.Host;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which libraries the loader would map for a file, and from where. Remembers what it has read.
 *
 * <p>The answer is that of {@code ldd}, worked out from the files alone. The loader itself is among
 * the libraries, by its path as {@code ldd} shows it: where something asks for it, or else at the
 * end, since the kernel maps it for every dynamic program. The vDSO is no file and is not there.
 * What {@code .note.dlopen} asks for comes last, marked as optional. A library in {@link
 * Library#variants} may need others than the one that this processor takes: ask for it as well.
 */
public final class Loader {
  private final Host host;
  private final HostFiles files;
  private final HostConfiguration configuration;
  private final SystemDirectories systemDirectories;
  private final Hwcaps hwcaps;
  private final Map<String, Search> searches = new HashMap<>();
  private final Map<List<String>, Namespace> processes = new HashMap<>();
  private final Map<List<String>, Mapped> innermost = new HashMap<>();

  public Loader(Host host) {
    this.host = host;
    files = new HostFiles(host);
    configuration = new HostConfiguration(files);
    systemDirectories = new SystemDirectories(files);
    hwcaps = new Hwcaps(files);
  }

  /**
   * What is mapped when this program is executed, or this library is loaded by nobody in
   * particular.
   *
   * @return null when the file is not an ELF program or library of this host's machine; a static
   *     program has no libraries and no interpreter
   * @throws ElfException when it is a damaged ELF file
   * @throws FileNotFoundException when it is not there
   */
  public @Nullable Libraries librariesOf(String file) throws IOException {
    return librariesOf(file, List.of());
  }

  /**
   * The same for a plugin that is loaded by dlopen(3).
   *
   * @param loadedBy the chain of files that load it, the executable last: their DT_RPATH counts,
   *     and what they have mapped already is found by its soname
   */
  public @Nullable Libraries librariesOf(String file, List<String> loadedBy) throws IOException {
    DiskFile disk = existing(file);
    ElfFile elf = disk.elf();
    if (elf == null) {
      if (disk.malformed()) {
        throw new ElfException(String.valueOf(disk.problem()));
      }
      return null;
    }
    if (!isForThisHost(elf)) {
      return null;
    }
    if (elf.dynamic() == null) {
      return new Libraries(file, elf.interpreter(), List.of());
    }
    Namespace process;
    Mapped root;
    if (loadedBy.isEmpty()) {
      root = new Mapped(file, disk, elf, null, Answer.found(disk, "asked for"));
      process = start(root);
    } else {
      process = process(List.copyOf(loadedBy)).over();
      Mapped asking = innermost.get(loadedBy);
      if (asking == null) {
        throw new IllegalStateException("no process for " + loadedBy);
      }
      root = process.map(file, disk, elf, asking, Answer.found(disk, "loaded by dlopen"));
    }
    return new Libraries(file, elf.interpreter(), Closure.of(process, root));
  }

  private DiskFile existing(String file) throws IOException {
    DiskFile disk = files.at(file);
    if (disk == null) {
      throw new FileNotFoundException(file);
    }
    return disk;
  }

  /** A process that has loaded a chain of files, the program being the last in the list. */
  private Namespace process(List<String> chain) throws IOException {
    Namespace known = processes.get(chain);
    if (known != null) {
      return known;
    }
    DiskFile disk = existing(chain.getFirst());
    ElfFile elf = disk.elf();
    if (elf == null) {
      throw new ElfException(chain.getFirst() + ": " + disk.problem());
    }
    Namespace process;
    Mapped mapped;
    if (chain.size() == 1) {
      mapped = new Mapped(disk.path(), disk, elf, null, Answer.found(disk, "asked for"));
      process = start(mapped);
    } else {
      List<String> outer = chain.subList(1, chain.size());
      process = process(outer).over();
      Mapped asking = innermost.get(outer);
      if (asking == null) {
        throw new IllegalStateException("no process for " + outer);
      }
      mapped = process.map(disk.path(), disk, elf, asking, Answer.found(disk, "loaded by dlopen"));
    }
    Closure.of(process, mapped);
    processes.put(chain, process);
    innermost.put(chain, mapped);
    return process;
  }

  /** A process at its start: the program and the loader. */
  private Namespace start(Mapped program) throws IOException {
    String named = program.elf().interpreter();
    String interpreter = named == null ? Interpreters.of(program.elf(), files) : named;
    Namespace process = Namespace.of(search(interpreter), program);
    DiskFile disk = files.at(interpreter);
    ElfFile elf = disk == null ? null : disk.elf();
    if (disk != null && elf != null && !disk.sameFile(program.file())) {
      String reason = named == null ? "the loader itself" : "PT_INTERP";
      process.setInterpreter(
          new Mapped(interpreter, disk, elf, program, Answer.found(disk, reason)));
    }
    return process;
  }

  private Search search(String interpreter) {
    return searches.computeIfAbsent(
        interpreter,
        path ->
            Musl.owns(path)
                ? new Musl(files, path)
                : new Glibc(files, configuration, systemDirectories, hwcaps, path));
  }

  /** Programs and libraries that this host's kernel can run; others are data to it. */
  private boolean isForThisHost(ElfFile elf) {
    if (elf.type() != ElfFile.ET_EXEC && elf.type() != ElfFile.ET_DYN) {
      return false;
    }
    int machine = elf.machine();
    return switch (host.machine()) {
      case "x86_64" -> machine == ElfFile.EM_X86_64 || machine == ElfFile.EM_386;
      case "aarch64" -> machine == ElfFile.EM_AARCH64 || machine == ElfFile.EM_ARM;
      default -> true;
    };
  }
}
