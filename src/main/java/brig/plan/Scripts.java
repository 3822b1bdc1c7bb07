package brig.plan;

import brig.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a script's first line names. execve(2), "Interpreter scripts": after {@code #!} blanks are
 * skipped, the interpreter ends at the next blank, and all that follows is one argument.
 */
final class Scripts {
  /** As Linux distributions set it for services; used when [environment] has no PATH. */
  static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Draft draft;
  private final String searchPath;

  record FirstLine(String interpreter, String argument) {}

  Scripts(Draft draft) {
    this.draft = draft;
    this.searchPath = draft.spec().environment().getOrDefault("PATH", DEFAULT_PATH);
  }

  static @Nullable FirstLine firstLine(byte[] head) {
    String text = new String(head, StandardCharsets.UTF_8);
    int end = text.indexOf('\n');
    String line = text.substring(2, end < 0 ? text.length() : end).strip();
    int blank = 0;
    while (blank < line.length() && line.charAt(blank) != ' ' && line.charAt(blank) != '\t') {
      blank++;
    }
    return blank == 0
        ? null
        : new FirstLine(line.substring(0, blank), line.substring(blank).strip());
  }

  /** Adds the interpreter, and what {@code env} would look up. */
  void look(PlannedFile file, byte[] head) throws IOException {
    FirstLine line = firstLine(head);
    if (line == null) {
      return;
    }
    Reason why =
        file.why()
            .then(file.path())
            .then(
                "#!"
                    + line.interpreter()
                    + (line.argument().isEmpty() ? "" : " ")
                    + line.argument());
    if (!line.interpreter().startsWith("/") || draft.addProgram(line.interpreter(), why) == null) {
      missing(file, line.interpreter(), "the host has no such file", why);
      return;
    }
    draft.interprets(file.path(), line.interpreter());
    if (Paths.name(line.interpreter()).equals("env")) {
      String program = programOfEnv(line.argument());
      if (program != null) {
        draft.interprets(file.path(), program);
        addFromPath(file, program, why);
      }
    }
  }

  /** The program that env(1) is told to run: options and assignments before it are skipped. */
  static @Nullable String programOfEnv(String argument) {
    List<String> words = new ArrayList<>(List.of(argument.replace('\t', ' ').split(" ", -1)));
    words.removeIf(String::isEmpty);
    if (words.isEmpty()) {
      return null;
    }
    if (!argument.startsWith("-S") && !argument.startsWith("--split-string")) {
      // Without -S all is one word; the kernel does not split it.
      return argument.startsWith("-") ? null : argument;
    }
    int first = 0;
    while (first < words.size()
        && (words.get(first).startsWith("-") || words.get(first).indexOf('=') > 0)) {
      first++;
    }
    return first < words.size() ? words.get(first) : null;
  }

  private void addFromPath(PlannedFile file, String program, Reason why) throws IOException {
    if (program.indexOf('/') >= 0) {
      if (draft.addProgram(program, why) == null) {
        missing(file, program, "the host has no such file", why);
      }
      return;
    }
    for (String directory : searchPath.split(":", -1)) {
      String candidate = directory + "/" + program;
      if (directory.startsWith("/")
          && draft.exists(candidate)
          && draft.addProgram(candidate, why.then("found in PATH")) != null) {
        return;
      }
    }
    missing(file, program, "no directory of PATH (" + searchPath + ") has it", why);
  }

  private void missing(PlannedFile file, String program, String answer, Reason why) {
    Problem problem =
        Problem.of("cannot find " + program + ", which runs the script " + file.path())
            .answered(answer)
            .remedy("Install it, or exclude the script.");
    if (file.role() == PlannedFile.Role.PROGRAM) {
      draft.troubles().fail(problem, why);
    } else {
      draft.troubles().warn(problem, why);
    }
  }
}
