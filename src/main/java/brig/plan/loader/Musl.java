package brig.plan.loader;

import brig.elf.Dynamic;
import brig.elf.ElfFile;
import brig.elf.ElfText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The search of musl's loader: load_library of ldso/dynlink.c. DT_RUNPATH or else DT_RPATH of the
 * asking object and, whichever it is, of all that led to it; then /etc/ld-musl-ARCH.path, or the
 * built-in directories where there is no such file. There is no cache, and the first file that
 * opens is taken or ends the search.
 */
final class Musl implements Search {
  private static final List<String> BUILT_IN = List.of("/lib", "/usr/local/lib", "/usr/lib");

  /** The names that its libc stands for. */
  private static final List<String> OWN =
      List.of("libc.", "libpthread.", "librt.", "libm.", "libdl.", "libutil.", "libxnet.");

  private final HostFiles files;
  private final String interpreter;
  private @Nullable List<String> systemPath;

  Musl(HostFiles files, String interpreter) {
    this.files = files;
    this.interpreter = interpreter;
  }

  /** Whether a program that names this interpreter is musl's. */
  static boolean owns(String interpreter) {
    return interpreter.substring(interpreter.lastIndexOf('/') + 1).startsWith("ld-musl-");
  }

  @Override
  public boolean isItself(String name) {
    if (name.equals(interpreter)) {
      return true;
    }
    for (String own : OWN) {
      if (name.startsWith(own)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Answer find(String name, Mapped loader, Mapped program) throws IOException {
    if (name.indexOf('/') >= 0) {
      Answer answer =
          tryFile(name.startsWith("/") ? name : "/" + name, "named by its path", program);
      return answer == null ? Answer.nowhere() : answer;
    }
    for (Mapped m = loader; m != null; m = m.loader()) {
      Dynamic dynamic = m.dynamic();
      String path = dynamic.runpath() != null ? dynamic.runpath() : dynamic.rpath();
      if (path != null) {
        String kind = dynamic.runpath() != null ? "RUNPATH " : "RPATH ";
        String of = m == loader ? "" : " of " + m.file().path();
        for (String directory : split(expand(path, m))) {
          Answer answer = tryFile(directory + "/" + name, kind + path + of, program);
          if (answer != null) {
            return answer;
          }
        }
      }
    }
    for (String directory : systemPath()) {
      Answer answer = tryFile(directory + "/" + name, systemReason(directory), program);
      if (answer != null) {
        return answer;
      }
    }
    return Answer.nowhere();
  }

  private String systemReason(String directory) throws IOException {
    return systemPath().equals(BUILT_IN)
        ? "default directory " + directory
        : "found through " + pathFile() + " in " + directory;
  }

  /** fixup_rpath: a path with any other dollar sign than $ORIGIN's is not used at all. */
  private String expand(String path, Mapped object) throws IOException {
    if (path.indexOf('$') < 0) {
      return path;
    }
    String origin = Origin.of(object, files);
    String expanded = path.replace("${ORIGIN}", origin).replace("$ORIGIN", origin);
    return expanded.indexOf('$') >= 0 ? "" : expanded;
  }

  private static List<String> split(String path) {
    List<String> directories = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= path.length(); i++) {
      if (i == path.length() || path.charAt(i) == ':' || path.charAt(i) == '\n') {
        if (i > from) {
          String directory = path.substring(from, i);
          directories.add(directory.startsWith("/") ? directory : "/" + directory);
        }
        from = i + 1;
      }
    }
    return directories;
  }

  /** Beside the loader's own directory: /lib/ld-musl-ARCH.so.1 reads /etc/ld-musl-ARCH.path. */
  String pathFile() {
    int name = interpreter.lastIndexOf('/');
    int parent = name <= 0 ? 0 : Math.max(0, interpreter.lastIndexOf('/', name - 1));
    String file = interpreter.substring(name + 1);
    int end = file.indexOf(".so");
    return interpreter.substring(0, parent)
        + "/etc/"
        + file.substring(0, end < 0 ? file.length() : end)
        + ".path";
  }

  private List<String> systemPath() throws IOException {
    if (systemPath == null) {
      byte[] bytes = files.bytes(pathFile());
      systemPath = bytes == null ? BUILT_IN : split(ElfText.decode(bytes, 0, bytes.length));
    }
    return systemPath;
  }

  private @Nullable Answer tryFile(String path, String reason, Mapped program) throws IOException {
    DiskFile file = files.at(path);
    if (file == null) {
      return null;
    }
    ElfFile elf = file.elf();
    if (elf == null) {
      return Answer.broken(file);
    }
    boolean fits = program.is(elf.machine(), elf.wide()) && elf.type() == ElfFile.ET_DYN;
    return fits
        ? Answer.found(file, reason)
        : new Answer(null, path + ": not a library for this program", List.of());
  }
}
