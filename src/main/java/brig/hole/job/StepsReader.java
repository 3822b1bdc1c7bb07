package brig.hole.job;

import brig.report.Position;
import brig.spec.Amounts;
import brig.spec.EnvironmentName;
import brig.spec.Located;
import brig.spec.PathRules;
import brig.spec.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code [[jobs.NAME.steps]]}. */
final class StepsReader {
  private static final Map<String, Step.Role> ROLES = new LinkedHashMap<>();
  private static final Map<String, Step.Errors> ERRORS = new LinkedHashMap<>();
  private static final String SESSION_USER = "{session.user}";

  static {
    ROLES.put("authorize", Step.Role.AUTHORIZE);
    ROLES.put("output", Step.Role.OUTPUT);
    ROLES.put("silent", Step.Role.SILENT);
    ROLES.put("keep", Step.Role.KEEP);
    ERRORS.put("log", Step.Errors.LOG);
    ERRORS.put("visitor", Step.Errors.VISITOR);
  }

  private static final Duration LEAST = Duration.ofMillis(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long DEFAULT_LEAST_UID = 1000;

  private final Reading read;
  private final PathRules paths;
  private final WordReader words;

  StepsReader(Reading read) {
    this.read = read;
    this.paths = new PathRules(read.mistakes);
    this.words = new WordReader(read);
  }

  /**
   * All steps of a job.
   *
   * @param user as whom they run that do not say so; null: each must
   */
  List<Step> steps(Section job, @Nullable Located<String> user) {
    List<Step> steps = new ArrayList<>();
    for (Section section : job.tables("steps")) {
      steps.add(step(section, user));
    }
    if (steps.isEmpty() && (!job.has("steps") || job.isEmptyArray("steps"))) {
      read.mistakes.addMissing(
          job.at(),
          "the job has no 'steps'",
          "Write what it runs: steps = [{ command = [\"/usr/bin/...\"], role = \"output\" }].");
    }
    return steps;
  }

  private Step step(Section section, @Nullable Located<String> user) {
    return new Step(
        section.at(),
        section.choice("role", ROLES, Step.Role.SILENT),
        command(section),
        new InputReader(read).input(section),
        environment(section),
        directory(section),
        user(section, user),
        limits(section.below("limits")),
        names(section),
        section.choice("errors", ERRORS, Step.Errors.LOG),
        read.textsOrNone(section, "failure"));
  }

  private List<Located<Word>> command(Section section) {
    List<Located<String>> texts = section.texts("command");
    if (texts.isEmpty()) {
      if (!section.has("command")) {
        read.mistakes.addMissing(
            section.at(),
            "the step has no 'command'",
            "Write the program and its arguments: command = [\"/usr/bin/id\", \"{name}\"].");
      } else if (section.isEmptyArray("command")) {
        read.mistakes.add(
            section.positionOf("command"),
            "'command' is empty",
            "Name a program by its full path.");
      }
      return List.of(new Located<>(new Word.Literal("/"), section.at()));
    }
    List<Located<Word>> command = new ArrayList<>(texts.size());
    for (Located<String> text : texts) {
      command.add(words.word(text));
    }
    program(command.getFirst(), texts.getFirst());
    return command;
  }

  private void program(Located<Word> word, Located<String> text) {
    if (!(word.value() instanceof Word.Literal)) {
      read.mistakes.add(
          text.at(),
          "a visitor's value cannot be the program",
          "Name the program by its full path; values are arguments.");
    } else if (!text.value().startsWith("/") && !text.value().isEmpty()) {
      read.mistakes.add(
          text.at(),
          "the program \"" + text.value() + "\" is not an absolute path",
          "Write where it is: 'command -v " + text.value() + "' tells.");
    } else {
      paths.check(text);
    }
  }

  private Map<String, Located<Word>> environment(Section section) {
    Map<String, Located<Word>> environment = new LinkedHashMap<>();
    for (Section.Pair pair : section.pairs("environment")) {
      Located<Word> word = words.word(pair.value());
      if (!EnvironmentName.isValid(pair.key())) {
        read.mistakes.add(
            pair.at(),
            "\"" + pair.key() + "\" is no name of an environment variable",
            "Use letters, digits and '_', no digit first.");
      } else if (!(word.value() instanceof Word.Literal)
          && EnvironmentNames.changesPrograms(pair.key())) {
        read.mistakes.add(
            pair.at(),
            "a visitor's value cannot be " + pair.key() + ": it changes what programs do",
            "Use a name of your own.");
      } else {
        environment.put(pair.key(), word);
      }
    }
    return environment;
  }

  private String directory(Section section) {
    Located<String> directory = section.text("working_directory");
    return directory != null && paths.check(directory) ? directory.value() : "/";
  }

  private Step.RunAs user(Section section, @Nullable Located<String> otherwise) {
    Located<String> user = section.text("user");
    if (user == null) {
      user = otherwise;
    }
    if (user == null) {
      if (!section.has("user")) {
        read.mistakes.addMissing(
            section.at(),
            "the step has no 'user'",
            "Name the account that the program runs as, here, in the job, or at the top of the"
                + " file.");
      }
      return new Step.RunAs.Fixed(new Located<>("nobody", section.at()));
    }
    if (user.value().equals(SESSION_USER)) {
      return sessionUser(section, user.at());
    }
    for (String key : List.of("allowed_users", "allowed_groups", "least_uid")) {
      if (section.has(key)) {
        read.mistakes.add(
            section.positionOf(key),
            "'" + key + "' says nothing of a user that is fixed",
            "It belongs to user = \"" + SESSION_USER + "\".");
      }
    }
    if (user.value().equals("root") || user.value().equals("0")) {
      read.mistakes.add(
          user.at(),
          "no step can run as root",
          "Make an account for the program; a visitor's values must not reach root.");
    } else {
      read.isAccount(user);
    }
    return new Step.RunAs.Fixed(user);
  }

  private Step.RunAs sessionUser(Section section, Position at) {
    List<Located<String>> users = section.distinct("allowed_users");
    List<Located<String>> groups = section.distinct("allowed_groups");
    users.forEach(read::isAccount);
    groups.forEach(read::isAccount);
    for (Located<String> user : users) {
      if (user.value().equals("root") || user.value().equals("0")) {
        read.mistakes.add(user.at(), "no step can run as root", "Take root from 'allowed_users'.");
      }
    }
    if (users.isEmpty() && groups.isEmpty()) {
      read.mistakes.addMissing(
          section.positionOf("user"),
          "nobody is allowed to be " + SESSION_USER,
          "Write allowed_users = [\"anne\"] or allowed_groups = [\"staff\"].");
    }
    long least = Amounts.whole(section, "least_uid", 1, 0xFFFF_FFFEL, DEFAULT_LEAST_UID);
    return new Step.RunAs.SessionUser(users, groups, least, at);
  }

  private Step.@Nullable UserNamedBy names(Section section) {
    Located<String> text = section.text("names_user");
    if (text == null) {
      return null;
    }
    if (text.value().equals("output")) {
      return new Step.UserNamedBy.Output();
    }
    if (words.word(text).value() instanceof Word.OfField field) {
      return new Step.UserNamedBy.OfField(field.name());
    }
    read.mistakes.add(
        text.at(),
        "'names_user' cannot be \"" + text.value() + "\"",
        "Write \"output\", the first line that the step prints, or the field that it checked:"
            + " \"{username}\".");
    return null;
  }

  private Step.Limits limits(Section section) {
    Step.Limits usual = Step.Limits.USUAL;
    return new Step.Limits(
        Amounts.time(section, "time", LEAST, HOUR, usual.time()),
        Amounts.time(section, "cpu", LEAST, HOUR, usual.cpu()),
        Amounts.size(section, "memory", 1 << 20, 1L << 40, usual.memory()),
        Amounts.whole(section, "processes", 1, 10_000, usual.processes()),
        Amounts.size(section, "output", 0, 1L << 40, usual.output()),
        Amounts.whole(section, "open_files", 8, 1 << 20, usual.openFiles()),
        Amounts.size(section, "file_size", 0, 1L << 50, usual.fileSize()));
  }
}
