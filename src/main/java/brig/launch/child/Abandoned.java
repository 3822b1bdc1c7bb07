package brig.launch.child;

import brig.linux.LinuxException;
import java.util.function.Predicate;

/** Cgroups of runners that were killed, when no later one will have their names. */
public final class Abandoned {
  private Abandoned() {}

  /**
   * Ends what runs in them, and removes them.
   *
   * @param prefix of the runners' names ({@link Children#open})
   * @param gone whether the runner of a name has ended; it is not asked again
   */
  public static void end(String prefix, Predicate<String> gone) throws LinuxException {
    for (String name : Cgroups.runners(prefix)) {
      if (gone.test(name)) {
        Children.open(name).close();
      }
    }
  }
}
