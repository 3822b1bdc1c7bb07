package brig.launch.up;

import brig.launch.service.OutputLog;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.Printable;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Passes on what a service writes to its log, line by line. The service writes to a file, not to a
 * pipe: so it goes on when nobody reads any more.
 */
public final class LogTail {
  /** What is longer than this is told in parts. */
  private static final int LONGEST = 8 * 1024;

  private final OutputLog log;
  private final Consumer<String> lines;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private long position;

  /**
   * From the end of the log as it is now.
   *
   * @param lines takes each line, with nothing in it that could move a terminal's cursor
   */
  public LogTail(String path, Consumer<String> lines) throws LinuxException {
    this.log = new OutputLog(path);
    this.lines = lines;
    this.position = log.size();
  }

  /** Passes on what was written since. */
  public void read() throws LinuxException {
    Stat stat = Stat.ofLink(log.path());
    if (stat == null) {
      return;
    }
    if (stat.size() < position) {
      position = 0; // somebody made it shorter
    }
    while (stat.size() > position) {
      byte[] bytes = log.readFrom(position);
      if (bytes.length == 0) {
        return;
      }
      position += bytes.length;
      for (byte b : bytes) {
        if (b == '\n') {
          end();
        } else {
          begun.write(b);
          if (begun.size() >= LONGEST) {
            end();
          }
        }
      }
    }
  }

  /** Tells the last line although it has no end. */
  public void finish() throws LinuxException {
    read();
    if (begun.size() > 0) {
      end();
    }
  }

  private void end() {
    String line = begun.toString(StandardCharsets.UTF_8);
    begun.reset();
    lines.accept(Printable.text(line.replace('\t', ' ')));
  }
}
