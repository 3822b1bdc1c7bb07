package brig.cli.explain;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.launch.service.Caveats;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig explain 'TEXT'}. */
public final class ExplainCommand implements Command {
  private static final String SUFFIX = ".md";

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Tell what a message of a jailed program means, and the lines that cure it.",
            "TEXT is the message as it stands in the log, or the name of a page.");
    spec.addOption(OptionSpec.builder("--list").description("Name all pages.").build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("TEXT")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("The message.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    List<String> words = arguments.matchedPositionalValue(0, List.of());
    List<String> all = all();
    if (arguments.hasMatchedOption("--list")) {
      for (String page : all) {
        context.out().println(String.format("%-14s %s", page, title(page)));
      }
      return ExitCode.OK.status();
    }
    String text = String.join(" ", words);
    if (text.isBlank()) {
      throw BrigException.usage(
          Problem.of("brig explain wants a message")
              .remedy("brig explain --list names the pages."));
    }
    List<String> pages =
        all.contains(text) ? List.of(text) : Caveats.pagesFor(List.of(text.split("\n", -1)));
    if (pages.isEmpty()) {
      context
          .err()
          .println(
              "brig: no page tells of that message. brig learn NAME -- WORKLOAD finds what a"
                  + " service asks for and has not; brig explain --list names the pages.");
      return ExitCode.FINDINGS.status();
    }
    for (String page : pages) {
      context.out().print((page.equals(pages.getFirst()) ? "" : "\n") + text(page));
    }
    return ExitCode.OK.status();
  }

  private static String directory() {
    return System.getProperty("brig.home", ".") + "/docs/caveats";
  }

  private static List<String> all() throws BrigException {
    List<String> names = new ArrayList<>();
    try (Fd pages = Fd.open(directory(), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String file : pages.list()) {
        if (file.endsWith(SUFFIX)) {
          names.add(file.substring(0, file.length() - SUFFIX.length()));
        }
      }
    } catch (LinuxException e) {
      throw BrigException.refused(
          e.problem("cannot list the pages in " + directory())
              .remedy(
                  e.errno() == Errno.ENOENT
                      ? "Start Brig by its launcher script, which knows where they are."
                      : null));
    }
    names.sort(null);
    return names;
  }

  private static String text(String page) throws LinuxException {
    byte[] bytes = HostFiles.read(directory() + "/" + page + SUFFIX);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String title(String page) throws LinuxException {
    String text = text(page);
    return text.substring(2, text.indexOf('\n'));
  }
}
