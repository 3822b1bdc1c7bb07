package brig.web.parent;

import brig.linux.LinuxException;
import brig.linux.ProcessStatus;

/**
 * What the cgroups of a worker's programs are called: after the parent, by its number and the time
 * of its start, so that those of one that was killed can be told from those of one that runs.
 */
final class RunnerName {
  static final String PREFIX = "brig-web-";

  private RunnerName() {}

  /** For the nth worker of this process. */
  static String of(int worker) throws LinuxException {
    int self = ProcessStatus.self();
    ProcessStatus status = ProcessStatus.of(self);
    return PREFIX + self + "-" + (status == null ? 0 : status.startTime()) + "-" + worker;
  }

  /** Whether the process that a name is of has ended. */
  static boolean isAbandoned(String name) {
    String[] parts =
        name.startsWith(PREFIX) ? name.substring(PREFIX.length()).split("-", -1) : new String[0];
    if (parts.length != 3) {
      return false;
    }
    try {
      ProcessStatus process = ProcessStatus.of(Integer.parseInt(parts[0]));
      return process == null
          || process.state() == 'Z'
          || process.startTime() != Long.parseLong(parts[1]);
    } catch (NumberFormatException | LinuxException e) {
      return false;
    }
  }
}
