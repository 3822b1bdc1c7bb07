package brig.cli.draft;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.Printable;
import brig.report.Problem;
import brig.spec.JailName;
import brig.spec.JailfileReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The jailfiles that come with Brig: {@code recipes/NAME.toml} beside the program. */
final class Recipes {
  private static final String SUFFIX = ".toml";

  private final String directory;

  /**
   * @param home where Brig is installed
   */
  Recipes(String home) {
    directory = home + "/recipes";
  }

  String fileOf(String recipe) {
    return directory + "/" + recipe + SUFFIX;
  }

  /** One line for each: its name and its description. */
  void list(PrintStream out) throws BrigException {
    for (String name : names()) {
      String description = JailfileReader.read(name, fileOf(name), read(name)).description();
      out.println(name + " ".repeat(Math.max(1, 16 - name.length())) + Printable.text(description));
    }
  }

  byte[] read(String recipe) throws BrigException {
    if (JailName.isValid(recipe)) {
      try {
        return HostFiles.read(fileOf(recipe));
      } catch (LinuxException e) {
        if (e.errno() != Errno.ENOENT) {
          throw BrigException.refused(e.problem("cannot read the recipe " + fileOf(recipe)));
        }
      }
    }
    throw BrigException.usage(
        Problem.of("there is no recipe \"" + recipe + "\"")
            .remedy("There are: " + String.join(", ", names()) + "."));
  }

  private List<String> names() throws BrigException {
    List<String> names = new ArrayList<>();
    try (Fd open = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String file : open.list()) {
        if (file.endsWith(SUFFIX)) {
          names.add(file.substring(0, file.length() - SUFFIX.length()));
        }
      }
    } catch (LinuxException e) {
      throw BrigException.refused(
          e.problem("cannot list the recipes in " + directory)
              .remedy("Start Brig by its launcher script, which knows where they are."));
    }
    Collections.sort(names);
    return names;
  }
}
