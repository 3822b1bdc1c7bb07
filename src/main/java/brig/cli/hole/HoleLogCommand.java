package brig.cli.hole;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.command.Declared;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig hole log}: the audit log for people. */
public final class HoleLogCommand implements Command {
  private static final int DEFAULT_LINES = 40;
  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description("Show the end of a hole's audit log: who called what, and how it ended.");
    spec.addOption(
        OptionSpec.builder("-n", "--lines")
            .paramLabel("LINES")
            .type(Integer.class)
            .description("How many records (" + DEFAULT_LINES + ").")
            .build());
    spec.addOption(Declared.text("--job", "JOB", "Those of this job alone."));
    spec.addOption(
        Declared.text("--log", "PATH", "The file, where brig hole serve was told another one."));
    spec.addOption(Declared.flag("--json", "The records as they are, for scripts."));
    spec.addPositional(Declared.name("What brig hole serve was given."));
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    int lines = arguments.matchedOptionValue("--lines", DEFAULT_LINES);
    if (lines < 0) {
      throw BrigException.usage(Problem.of("--lines takes a number of records, not " + lines));
    }
    String name = HoleListeners.name(arguments.matchedPositionalValue(0, ""));
    String path = arguments.matchedOptionValue("--log", HoleListeners.log(context.paths(), name));
    byte @Nullable [] bytes;
    try {
      bytes = HostFiles.readOrNull(path);
    } catch (LinuxException e) {
      throw BrigException.refused(e.problem("cannot read the log " + path));
    }
    if (bytes == null) {
      throw BrigException.refused(
          Problem.of("there is no log " + path)
              .remedy("The holes of " + name + " were never served, or log elsewhere."));
    }
    @Nullable String job = arguments.matchedOptionValue("--job", null);
    boolean json = arguments.hasMatchedOption("--json");
    List<String> all =
        new String(bytes, StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.startsWith("{") && (job == null || isOf(job, line)))
            .toList();
    for (String line : all.subList(Math.max(0, all.size() - lines), all.size())) {
      context.out().println(json ? line : sentence(line));
    }
    return ExitCode.OK.status();
  }

  private static boolean isOf(String job, String line) {
    return job.equals(fields(line).get("job"));
  }

  /** A record's own texts; of objects within it the source. */
  private static Map<String, String> fields(String line) {
    Map<String, String> fields = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(line)) {
      int depth = 0;
      String key = "";
      JsonToken token;
      while ((token = parser.nextToken()) != null) {
        switch (token) {
          case START_OBJECT, START_ARRAY -> depth++;
          case END_OBJECT, END_ARRAY -> depth--;
          case FIELD_NAME ->
              key = depth == 1 ? parser.currentName() : key + "." + parser.currentName();
          default -> {
            fields.put(key, parser.getText());
            int point = key.indexOf('.');
            key = point < 0 ? key : key.substring(0, point);
          }
        }
      }
    } catch (IOException e) {
      fields.put("event", "unreadable");
    }
    return fields;
  }

  private static String sentence(String line) {
    Map<String, String> fields = fields(line);
    StringBuilder text = new StringBuilder(fields.getOrDefault("time", "?"));
    text.append("  ").append(fields.getOrDefault("event", "?"));
    for (Map.Entry<String, String> field : fields.entrySet()) {
      if (!field.getKey().equals("time") && !field.getKey().equals("event")) {
        text.append("  ").append(field.getKey()).append('=').append(quoted(field.getValue()));
      }
    }
    return text.toString();
  }

  /** What a terminal would take for more than text is shown as in the log. */
  private static String quoted(String value) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < 0x20 || c > 0x7E) {
        text.append(String.format("\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.indexOf(" ") >= 0 ? "\"" + text + "\"" : text.toString();
  }
}
