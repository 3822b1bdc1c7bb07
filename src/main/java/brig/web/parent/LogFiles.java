package brig.web.parent;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.spec.Located;
import brig.web.config.WebConfig;
import java.util.ArrayList;
import java.util.List;

/** The logs, opened outside by the parent; the worker has descriptors that can only append. */
final class LogFiles {
  private static final int APPEND =
      Fd.O_WRONLY | Fd.O_APPEND | Fd.O_CREAT | Fd.O_NOFOLLOW | Fd.O_NONBLOCK;

  private LogFiles() {}

  /** That of errors, then that of accesses if there is one; to be closed when they were sent. */
  static List<Fd> open(WebConfig.Logs logs) throws BrigException, LinuxException {
    List<Fd> files = new ArrayList<>();
    Located<String> error = logs.error();
    files.add(error == null ? Fd.of(2, "standard error") : open(error));
    Located<String> access = logs.access();
    if (access != null) {
      try {
        files.add(open(access));
      } catch (BrigException e) {
        close(files);
        throw e;
      }
    }
    return files;
  }

  private static Fd open(Located<String> path) throws BrigException {
    try {
      return Fd.open(path.value(), APPEND, 0640);
    } catch (LinuxException e) {
      throw BrigException.refused(
          e.problem("cannot open the log " + path.value())
              .remedy("Its directory must exist; a link is not followed.")
              .at(path.at()));
    }
  }

  static void close(List<Fd> files) {
    for (Fd file : files) {
      if (file.number() > 2) {
        file.close();
      }
    }
  }
}
