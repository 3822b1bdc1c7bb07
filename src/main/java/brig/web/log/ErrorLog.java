package brig.web.log;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.report.Printable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Lines about what went wrong, with their time; each is written as it comes. */
public final class ErrorLog {
  private final LogFile file;

  public ErrorLog(LogFile file) {
    this.file = file;
  }

  /** Writes a line; control characters in it are made visible. */
  public void line(String text) {
    String line =
        Instant.now().truncatedTo(ChronoUnit.MILLIS)
            + " brig serve: "
            + Printable.text(text)
            + "\n";
    try {
      file.write(line.getBytes(StandardCharsets.UTF_8));
    } catch (LinuxException e) {
      // A full disk must not end the serving, and there is nowhere to tell it.
    }
  }

  /** Writes to another file from now on. */
  public void turnTo(Fd other) {
    file.turnTo(other);
  }
}
