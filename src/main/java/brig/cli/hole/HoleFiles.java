package brig.cli.hole;

import brig.cli.jail.JailNames;
import brig.cli.jail.Jailfiles;
import brig.hole.job.Hole;
import brig.hole.job.JobsFile;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.tree.JailPaths;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the files of the holes that a person means, and reads them. */
public final class HoleFiles {
  /**
   * One file.
   *
   * @param place what the jailfile says of it; null: it was named by itself
   * @param jailUser the user of the jail's service; null: the same
   */
  public record Named(
      String name,
      String file,
      @Nullable Located<JailSpec.HolePlace> place,
      @Nullable String jailUser) {

    /**
     * Reads it.
     *
     * @throws BrigException with every mistake, or that it is not there
     */
    public Hole read() throws BrigException {
      try {
        byte[] content = HostFiles.readOrNull(file);
        if (content == null) {
          throw BrigException.usage(
              Problem.of("there is no file " + file)
                  .remedy("docs/hole.md shows how one is written.")
                  .at(place == null ? null : place.at()));
        }
        return JobsFile.read(name, file, content);
      } catch (LinuxException e) {
        throw BrigException.refused(e.problem("cannot read " + file));
      }
    }
  }

  private HoleFiles() {}

  /**
   * The files that the arguments name: the path of a hole's file, or a jail, which stands for all
   * of its holes; no argument stands for all jails.
   *
   * @throws BrigException with every jailfile that cannot be read
   */
  public static List<Named> of(List<String> arguments, JailPaths paths)
      throws BrigException, LinuxException {
    List<Named> named = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (String argument : arguments.isEmpty() ? withJailfiles(paths) : arguments) {
      String alone = alone(argument, paths);
      if (alone != null) {
        named.add(new Named(holeName(alone), alone, null, null));
        continue;
      }
      try {
        named.addAll(of(Jailfiles.read(argument, paths)));
      } catch (BrigException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, problems);
    }
    return named;
  }

  /** Those of a jail. */
  public static List<Named> of(JailSpec spec) {
    List<Named> named = new ArrayList<>();
    for (Located<JailSpec.HolePlace> place : spec.holes()) {
      String name = place.value().name();
      String file = JobsFile.beside(spec.file(), name);
      named.add(new Named(name, file, place, spec.identity().user().value()));
    }
    return named;
  }

  private static List<String> withJailfiles(JailPaths paths) throws LinuxException {
    List<String> jails = new ArrayList<>();
    for (String jail : JailNames.all(paths)) {
      if (Stat.of(paths.jailfile(jail)) != null) {
        jails.add(jail);
      }
    }
    return jails;
  }

  /** The file that an argument names by itself; null: the argument is a jail. */
  private static @Nullable String alone(String argument, JailPaths paths) throws LinuxException {
    if (argument.endsWith(JobsFile.SUFFIX)) {
      return argument;
    }
    boolean word = argument.indexOf('/') < 0 && !argument.endsWith(".toml");
    String file = paths.etc() + "/" + argument + JobsFile.SUFFIX;
    return word && Stat.of(paths.jailfile(argument)) == null && Stat.of(file) != null ? file : null;
  }

  private static String holeName(String file) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    return name.substring(0, name.length() - JobsFile.SUFFIX.length());
  }
}
