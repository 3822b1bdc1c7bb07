package brig.cli.hole;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.command.Declared;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.LocalSocket;
import brig.linux.Stream;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig hole status}: what a listener does just now, and did so far. */
public final class HoleStatusCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description("Show what a running brig hole serve does now and did so far.")
        .footer("", "Exit status: 0 it serves; 1 it does not.");
    spec.addOption(Declared.flag("--metrics", "In the text format of Prometheus, as it is."));
    spec.addOption(Declared.flag("--json", "For scripts."));
    spec.addPositional(Declared.name("What brig hole serve was given."));
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    String name = HoleListeners.name(arguments.matchedPositionalValue(0, ""));
    String path = HoleListeners.state(context.paths(), name) + "/status";
    String metrics;
    try {
      metrics = ask(path);
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.ECONNREFUSED) {
        throw BrigException.refused(e.problem("cannot ask the listener at " + path));
      }
      context.err().println("brig: the holes of " + name + " are not served");
      return ExitCode.FINDINGS.status();
    }
    if (arguments.hasMatchedOption("--metrics")) {
      context.out().print(metrics);
      return ExitCode.OK.status();
    }
    Map<String, String> values = new TreeMap<>();
    for (String line : metrics.split("\n", -1)) {
      int blank = line.lastIndexOf(' ');
      if (!line.startsWith("#") && blank > 0 && !line.contains("_bucket{")) {
        values.put(line.substring("brig_hole_".length(), blank), line.substring(blank + 1));
      }
    }
    if (arguments.hasMatchedOption("--json")) {
      JsonText.writeObject(
          new OutputStreamWriter(context.out(), StandardCharsets.UTF_8),
          json -> {
            json.writeStringField("name", name);
            json.writeObjectFieldStart("values");
            for (Map.Entry<String, String> value : values.entrySet()) {
              json.writeStringField(value.getKey(), value.getValue());
            }
            json.writeEndObject();
          });
    } else {
      values.forEach((key, value) -> context.out().printf("%-50s %s%n", key, value));
    }
    return ExitCode.OK.status();
  }

  private static String ask(String path) throws LinuxException {
    try (Fd socket = LocalSocket.connect(path)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      int count;
      while ((count = Stream.read(socket, buffer, 0, buffer.length)) > 0) {
        all.write(buffer, 0, count);
      }
      return all.toString(StandardCharsets.UTF_8);
    }
  }
}
