package brig.cli.library;

import brig.cli.command.AbsolutePath;
import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.library.SymbolHunt.Hit;
import brig.elf.SymbolEntry;
import brig.plan.FileStat;
import brig.plan.loader.LibraryDirectories;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.JsonText;
import brig.report.Printable;
import brig.report.Problem;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig needs}: which library has a symbol, and who wants it. */
public final class NeedsCommand implements Command {
  /** What is asked for. */
  private record Wanted(String name, @Nullable String version, boolean preferredOnly) {
    static Wanted parse(String text) throws BrigException {
      int at = text.indexOf('@');
      boolean twice = text.startsWith("@@", Math.max(at, 0));
      String name = at < 0 ? text : text.substring(0, at);
      String version = at < 0 ? null : text.substring(at + (twice ? 2 : 1));
      if (name.isEmpty() || name.indexOf('\0') >= 0 || (version != null && version.isEmpty())) {
        throw BrigException.usage(
            Problem.of("'" + text + "' is not a symbol")
                .remedy("Give a name, NAME@VERSION or NAME@@VERSION, such as crypt@@XCRYPT_2.0."));
      }
      return new Wanted(name, version, twice);
    }

    boolean matches(SymbolEntry entry) {
      return version == null
          || (version.equals(entry.version())
              && (entry.preferred() || !entry.defined() || !preferredOnly));
    }
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description("Name the libraries that define a symbol, and those that use it.")
        .footer(
            "",
            "Looks in the directories where the loader looks, or in and below DIR.",
            "Exit status: 0; 1 when no file defines the symbol; 100 when DIR is no directory.");
    spec.addOption(
        OptionSpec.builder("--in")
            .paramLabel("DIR")
            .type(String.class)
            .description("Look at all files in and below DIR instead, programs as well.")
            .build());
    spec.addOption(
        OptionSpec.builder("--json").type(boolean.class).description("Print JSON.").build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("SYMBOL")
            .arity("1")
            .type(String.class)
            .description("NAME, NAME@VERSION or NAME@@VERSION (the version for new programs).")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    String symbol = arguments.matchedPositionalValue(0, "");
    Wanted wanted = Wanted.parse(symbol);
    SymbolHunt hunt = new SymbolHunt(context.host(), wanted.name());
    @Nullable String in = arguments.matchedOptionValue("--in", null);
    if (in == null) {
      for (String directory : LibraryDirectories.of(context.host())) {
        hunt.searchFlat(directory);
      }
    } else {
      hunt.searchBelow(directory(in, context));
    }
    List<Hit> hits = new ArrayList<>(hunt.hits());
    hits.removeIf(hit -> !wanted.matches(hit.entry()));
    hits.sort(
        Comparator.comparing((Hit hit) -> !hit.entry().defined())
            .thenComparing(Hit::file)
            .thenComparing(hit -> hit.entry().text()));
    if (arguments.matchedOptionValue("--json", false)) {
      JsonText.writeObject(
          new OutputStreamWriter(context.out(), StandardCharsets.UTF_8),
          json -> writeJson(json, symbol, hits));
    } else {
      print(hits, context);
    }
    warn(hunt.unread(), context);
    boolean defined = hits.stream().anyMatch(hit -> hit.entry().defined());
    return (defined ? ExitCode.OK : ExitCode.FINDINGS).status();
  }

  private static String directory(String given, Context context) throws BrigException, IOException {
    String path = AbsolutePath.of(given, context.host());
    FileStat stat = context.host().lstat(path + "/.");
    if (stat == null || stat.type() != FileStat.Type.DIRECTORY) {
      throw BrigException.usage(
          Problem.of("cannot look in " + given).answered("there is no such directory"));
    }
    return path;
  }

  private static void print(List<Hit> hits, Context context) {
    StringBuilder text = new StringBuilder();
    for (Hit hit : hits) {
      text.append(hit.entry().defined() ? "defined  " : "used     ");
      text.append(Printable.text(hit.entry().text())).append("  ");
      text.append(Printable.text(hit.file())).append('\n');
    }
    context.out().print(text);
  }

  private static void warn(List<String> unread, Context context) {
    if (!unread.isEmpty()) {
      String others = unread.size() == 1 ? "" : " and " + (unread.size() - 1) + " others";
      context.err().println("brig: not read: " + Printable.text(unread.getFirst()) + others + ".");
    }
  }

  private static void writeJson(JsonGenerator json, String symbol, List<Hit> hits)
      throws IOException {
    json.writeStringField("symbol", symbol);
    for (boolean defined : new boolean[] {true, false}) {
      json.writeArrayFieldStart(defined ? "defined" : "used");
      for (Hit hit : hits) {
        if (hit.entry().defined() == defined) {
          json.writeStartObject();
          json.writeStringField("file", hit.file());
          json.writeStringField("symbol", hit.entry().text());
          json.writeStringField("version", hit.entry().version());
          json.writeEndObject();
        }
      }
      json.writeEndArray();
    }
  }
}
