package brig.cli.trace;

import brig.cli.command.Context;
import brig.cli.command.FdStream;
import brig.linux.LinuxException;
import brig.plan.packages.Packages;
import brig.report.BrigException;
import brig.report.Printable;
import brig.trace.Follower;
import brig.trace.Summary;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where a trace is told: as lines of JSON while it goes on, or as a report when it is over. */
final class TraceOutput implements Closeable {
  private final PrintStream out;
  private final @Nullable FdStream file;
  private final @Nullable TraceJson json;
  private final Summary summary = new Summary();
  private final boolean countsOnly;
  private final Packages packages;

  private TraceOutput(
      PrintStream out, @Nullable FdStream file, boolean json, boolean countsOnly, Packages packages)
      throws IOException {
    this.out = out;
    this.file = file;
    this.json =
        json
            ? new TraceJson(new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8)))
            : null;
    this.countsOnly = countsOnly;
    this.packages = packages;
  }

  static TraceOutput of(@Nullable String path, boolean json, boolean countsOnly, Context context)
      throws BrigException, IOException {
    Packages packages = Packages.of(context.host());
    if (path == null) {
      return new TraceOutput(context.err(), null, json, countsOnly, packages);
    }
    try {
      FdStream file = new FdStream(path);
      PrintStream out = new PrintStream(file, false, StandardCharsets.UTF_8);
      return new TraceOutput(out, file, json, countsOnly, packages);
    } catch (LinuxException e) {
      throw BrigException.refused(e.problem("cannot write " + path));
    }
  }

  Follower follower() {
    return json == null ? summary : json;
  }

  /** Lets whoever reads the lines see those that have come so far. */
  void flush() throws IOException {
    if (json != null) {
      json.flush();
    }
  }

  /**
   * The trace is over.
   *
   * @param headline what was traced, and how it ended
   */
  void report(String headline) throws BrigException, IOException {
    if (json != null) {
      json.end();
    } else {
      out.println(
          "brig: "
              + Printable.text(headline)
              + "; "
              + count(summary.processes(), "process", "processes")
              + ", "
              + count(summary.calls(), "call", "calls")
              + " that named a path or an address.");
      new TraceReport(summary, packages, out).print(countsOnly);
    }
    out.flush();
    if (file != null) {
      try {
        file.check();
      } catch (LinuxException e) {
        throw BrigException.refused(
            e.problem("cannot write all of the trace to " + e.path())
                .remedy("What is there is only its beginning."));
      }
    }
  }

  static String count(int number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
