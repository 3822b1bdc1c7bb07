package brig.cli.draft;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Printable;
import brig.report.Problem;
import brig.spec.JailName;
import brig.spec.JailfileReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What comes with Brig beside the program: jailfiles, {@code recipes/NAME.toml}, and configurations
 * of its web server, {@code recipes/web/NAME.toml}, which begin with a line that describes them.
 */
final class Recipes {
  private static final String SUFFIX = ".toml";
  private static final String SERVED = "/web/";
  private static final int WIDTH = 18;

  private final String directory;

  /**
   * @param home where Brig is installed
   */
  Recipes(String home) {
    directory = home + "/recipes";
  }

  String fileOf(String recipe) throws LinuxException {
    String served = directory + SERVED + recipe + SUFFIX;
    return JailName.isValid(recipe) && Stat.of(served) != null
        ? served
        : directory + "/" + recipe + SUFFIX;
  }

  /** It is for brig serve, which jails itself, and no jailfile. */
  boolean isServed(String recipe) throws LinuxException {
    return fileOf(recipe).startsWith(directory + SERVED);
  }

  /** One line for each: its name and its description. */
  void list(PrintStream out) throws BrigException, LinuxException {
    for (String name : names()) {
      String description =
          isServed(name)
              ? firstLine(read(name))
              : JailfileReader.read(name, fileOf(name), read(name)).description();
      out.println(
          name + " ".repeat(Math.max(1, WIDTH - name.length())) + Printable.text(description));
    }
  }

  private static String firstLine(byte[] text) {
    String all = new String(text, StandardCharsets.UTF_8);
    return all.substring(all.indexOf(' ') + 1, all.indexOf('\n'));
  }

  byte[] read(String recipe) throws BrigException, LinuxException {
    if (JailName.isValid(recipe)) {
      String file = fileOf(recipe);
      try {
        return HostFiles.read(file);
      } catch (LinuxException e) {
        if (e.errno() != Errno.ENOENT) {
          throw BrigException.refused(e.problem("cannot read the recipe " + file));
        }
      }
    }
    throw BrigException.usage(
        Problem.of("there is no recipe \"" + recipe + "\"")
            .remedy("There are: " + String.join(", ", names()) + "."));
  }

  private List<String> names() throws BrigException {
    List<String> names = new ArrayList<>();
    try {
      for (String place : List.of(directory, directory + SERVED)) {
        try (Fd open = Fd.open(place, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
          for (String file : open.list()) {
            if (file.endsWith(SUFFIX)) {
              names.add(file.substring(0, file.length() - SUFFIX.length()));
            }
          }
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
