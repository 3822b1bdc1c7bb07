package brig.cli.hole;

import brig.cli.jail.Jailfiles;
import brig.hole.job.JobsFile;
import brig.report.BrigException;
import brig.tree.JailPaths;

/** What a listener is called, and where what it leaves for others is. */
final class HoleListeners {
  private HoleListeners() {}

  /** By the jail whose holes it serves, or by the hole that was named by its file. */
  static String name(String argument) throws BrigException {
    if (argument.endsWith(JobsFile.SUFFIX)) {
      String name = argument.substring(argument.lastIndexOf('/') + 1);
      return name.substring(0, name.length() - JobsFile.SUFFIX.length());
    }
    return Jailfiles.nameOf(argument);
  }

  /** The directory of what holds while it runs. */
  static String state(JailPaths paths, String name) {
    return paths.run() + "/holes/" + name;
  }

  static String log(JailPaths paths, String name) {
    return paths.lib() + "/holes/" + name + ".log";
  }
}
