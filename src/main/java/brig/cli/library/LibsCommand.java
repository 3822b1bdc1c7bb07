package brig.cli.library;

import brig.cli.command.AbsolutePath;
import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.elf.ElfException;
import brig.plan.loader.Libraries;
import brig.plan.loader.Library;
import brig.plan.loader.Loader;
import brig.report.ExitCode;
import brig.report.JsonText;
import brig.report.Printable;
import brig.report.Problem;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig libs}: what ldd would print, without running anything. */
public final class LibsCommand implements Command {
  /** What became of one file: its libraries, or why it has none. */
  private record Answer(String file, @Nullable Libraries libraries, @Nullable Problem problem) {
    boolean lacksOne() {
      for (Library library : shown(false)) {
        if (library.path() == null) {
          return true;
        }
      }
      return false;
    }

    List<Library> shown(boolean optional) {
      List<Library> shown = new ArrayList<>();
      if (libraries != null) {
        for (Library library : libraries.libraries()) {
          if (optional || !library.optional()) {
            shown.add(library);
          }
        }
      }
      return shown;
    }
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "List the shared libraries that programs load, as ldd does, but without running them.")
        .footer(
            "",
            "Exit status: 0; 1 when a library is not found; 100 when a FILE is absent,",
            "or is no program or library of this machine. All files are answered for.");
    spec.addOption(
        OptionSpec.builder("--json").type(boolean.class).description("Print JSON.").build());
    spec.addOption(
        OptionSpec.builder("--optional")
            .type(boolean.class)
            .description("Also list what a file's .note.dlopen says it may load later.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("FILE")
            .arity("1..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("Programs and shared libraries.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws IOException {
    List<String> files = arguments.matchedPositionalValue(0, List.of());
    boolean optional = arguments.matchedOptionValue("--optional", false);
    Loader loader = new Loader(context.host());
    List<Answer> answers = new ArrayList<>();
    for (String file : files) {
      answers.add(answer(file, loader, context));
    }
    if (arguments.matchedOptionValue("--json", false)) {
      JsonText.writeObject(
          new OutputStreamWriter(context.out(), StandardCharsets.UTF_8),
          json -> writeJson(json, answers, optional));
    } else {
      print(context.out(), answers, optional);
    }
    return exitCode(answers, context.err()).status();
  }

  private static Answer answer(String file, Loader loader, Context context) {
    Problem problem = Problem.of("cannot list the libraries of " + file);
    try {
      String path = AbsolutePath.of(file, context.host());
      Libraries libraries = loader.librariesOf(path);
      return libraries != null
          ? new Answer(file, libraries, null)
          : new Answer(file, null, problem.answered(NotLoaded.reason(path, context.host())));
    } catch (FileNotFoundException e) {
      return new Answer(file, null, problem.answered(NotLoaded.absence(file, context.host())));
    } catch (ElfException e) {
      return new Answer(file, null, problem.answered("a damaged ELF file: " + e.getMessage()));
    } catch (IOException e) {
      return new Answer(file, null, problem.answered(NotLoaded.text(e)));
    }
  }

  private static ExitCode exitCode(List<Answer> answers, PrintStream err) {
    ExitCode code = ExitCode.OK;
    for (Answer answer : answers) {
      if (answer.problem() != null) {
        err.println("brig: " + answer.problem().text());
        code = ExitCode.USAGE;
      } else if (code == ExitCode.OK && answer.lacksOne()) {
        code = ExitCode.FINDINGS;
      }
    }
    return code;
  }

  private static void print(PrintStream out, List<Answer> answers, boolean optional) {
    StringBuilder text = new StringBuilder();
    for (Answer answer : answers) {
      if (answers.size() > 1 && answer.problem() == null) {
        text.append(Printable.text(answer.file())).append(":\n");
      }
      if (answer.libraries() != null && answer.libraries().libraries().isEmpty()) {
        text.append("\tstatically linked\n");
      }
      for (Library library : answer.shown(optional)) {
        line(text, library);
      }
    }
    out.print(text);
  }

  private static void line(StringBuilder text, Library library) {
    String path = library.path();
    text.append('\t').append(Printable.text(library.name()));
    if (path == null) {
      text.append(" => not found");
      if (!library.reason().equals("not found")) {
        text.append(" (").append(Printable.text(library.reason())).append(')');
      }
    } else if (!path.equals(library.name())) {
      text.append(" => ").append(Printable.text(path));
    }
    text.append(library.optional() ? " (optional)\n" : "\n");
  }

  private static void writeJson(JsonGenerator json, List<Answer> answers, boolean optional)
      throws IOException {
    json.writeArrayFieldStart("files");
    for (Answer answer : answers) {
      json.writeStartObject();
      json.writeStringField("file", answer.file());
      Libraries libraries = answer.libraries();
      json.writeStringField("interpreter", libraries == null ? null : libraries.interpreter());
      json.writeArrayFieldStart("libraries");
      for (Library library : answer.shown(optional)) {
        writeLibrary(json, library);
      }
      json.writeEndArray();
      if (answer.problem() != null) {
        json.writeStringField("problem", answer.problem().answer());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeLibrary(JsonGenerator json, Library library) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", library.name());
    json.writeStringField("path", library.path());
    json.writeStringField("reason", library.reason());
    if (library.optional()) {
      json.writeBooleanField("optional", true);
    }
    if (!library.variants().isEmpty()) {
      json.writeArrayFieldStart("variants");
      for (String variant : library.variants()) {
        json.writeString(variant);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }
}
