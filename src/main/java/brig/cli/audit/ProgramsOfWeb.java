package brig.cli.audit;

import brig.audit.breakout.ChildPuppets;
import brig.audit.breakout.JailTarget;
import brig.audit.breakout.WorkPlace;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.Problem;
import brig.web.parent.ProgramJail;
import brig.web.parent.Source;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The programs of a location of {@code brig serve}, as something to break out of. */
final class ProgramsOfWeb implements AutoCloseable {
  private final ProgramJail jail;
  private final ChildPuppets starter;

  private ProgramsOfWeb(ProgramJail jail, ChildPuppets starter) {
    this.jail = jail;
    this.starter = starter;
  }

  /**
   * Reads and checks a configuration.
   *
   * @param location null: the one that there is
   * @return null when no location has programs, and none was named
   */
  static @Nullable ProgramsOfWeb of(String config, @Nullable String location)
      throws BrigException, LinuxException {
    List<ProgramJail> jails = ProgramJail.of(Source.of(config, 0).checked(true));
    List<String> names = new ArrayList<>();
    for (ProgramJail jail : jails) {
      if (jail.location().equals(location) || (location == null && jails.size() == 1)) {
        return new ProgramsOfWeb(jail, new ChildPuppets(jail.limits()));
      }
      names.add(jail.location());
    }
    if (names.isEmpty() && location == null) {
      return null;
    }
    Problem problem = Problem.of("cannot try to break out of the programs of " + config);
    if (names.isEmpty()) {
      throw BrigException.usage(
          problem
              .answered("no location has any")
              .remedy("A location with programs has the key cgi or cgi_program."));
    }
    throw BrigException.usage(
        problem
            .answered(
                location == null
                    ? "several locations have some"
                    : "location " + location + " has none")
            .remedy("Say which: --location " + String.join(", or --location ", names) + "."));
  }

  JailTarget target(boolean asRoot, String lib) throws BrigException, LinuxException {
    return new JailTarget(jail.order(), asRoot, lib, WorkPlace.in(jail.order()), starter);
  }

  @Override
  public void close() throws LinuxException {
    starter.close();
  }
}
