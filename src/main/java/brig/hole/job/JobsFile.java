package brig.hole.job;

import brig.hole.wire.Names;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Position;
import brig.report.Problem;
import brig.spec.Amounts;
import brig.spec.Located;
import brig.spec.Mistakes;
import brig.spec.Section;
import brig.spec.toml.TomlDocument;
import brig.spec.toml.TomlTable;
import brig.spec.toml.TomlValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the file of a hole, {@code NAME.hole.toml}. All mistakes are found in one go. */
public final class JobsFile {
  /** What the file's name has after the hole's. */
  public static final String SUFFIX = ".hole.toml";

  private static final Map<String, Sessions.WhenFull> WHEN_FULL = new LinkedHashMap<>();

  static {
    WHEN_FULL.put("end-oldest", Sessions.WhenFull.END_OLDEST);
    WHEN_FULL.put("refuse", Sessions.WhenFull.REFUSE);
  }

  private static final Duration LEAST = Duration.ofMillis(1);
  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration MONTH = Duration.ofDays(31);

  private final Mistakes mistakes;
  private final Section top;
  private final Reading read;

  private JobsFile(TomlDocument document) {
    mistakes = new Mistakes(document.problems());
    top = Section.of("", document.root(), mistakes, HoleVocabulary.INSTANCE);
    read = new Reading(mistakes, languages(top, mistakes));
  }

  /**
   * Reads the file of a hole.
   *
   * @param name the hole's name
   * @param file the file's name for messages
   * @throws BrigException with every mistake, in the order of the file
   */
  public static Hole read(String name, String file, byte[] content) throws BrigException {
    JobsFile jobs = new JobsFile(TomlDocument.parse(file, content));
    if (!Names.isJob(name)) {
      jobs.mistakes.add(
          new Position(file, 1, 1),
          "\"" + name + "\" is no name for a hole",
          "Use at most 40 of a-z, 0-9, '-' and '_', beginning with a letter; the file is called"
              + " NAME"
              + SUFFIX
              + ".");
    }
    Hole hole = jobs.hole(name, file);
    new Links(hole, jobs.mistakes).check();
    if (!jobs.mistakes.none()) {
      throw new BrigException(ExitCode.USAGE, jobs.mistakes.sorted());
    }
    return hole;
  }

  /** The path of a hole's file, beside the jailfile that names it. */
  public static String beside(String jailfile, String hole) {
    return jailfile.substring(0, jailfile.lastIndexOf('/') + 1) + hole + SUFFIX;
  }

  private Hole hole(String name, String file) {
    Located<String> description = top.text("description");
    Located<String> user = top.text("user");
    List<Located<String>> callers = top.distinct("callers");
    callers.forEach(read::isAccount);
    Map<String, Job> jobs = new LinkedHashMap<>();
    Section all = Section.of("jobs", TomlTable.empty(top.at()), mistakes, HoleVocabulary.INSTANCE);
    if (top.value("jobs") instanceof TomlTable table) {
      for (TomlTable.Item item : table.items()) {
        job(item, all, user, jobs);
      }
    } else if (top.value("jobs") != null) {
      top.wrongType("jobs", "a table", java.util.Objects.requireNonNull(top.value("jobs")));
    }
    if (jobs.isEmpty() && !top.has("jobs")) {
      mistakes.addMissing(top.at(), "the hole has no jobs", "Write [jobs.NAME] for each.");
    }
    return new Hole(
        name,
        file,
        description == null ? "" : description.value(),
        read.languages,
        callers,
        top.truth("log_required", false),
        crowd(),
        sessions(),
        jobs,
        messages());
  }

  private void job(
      TomlTable.Item item, Section all, @Nullable Located<String> user, Map<String, Job> jobs) {
    if (!Names.isJob(item.key())) {
      mistakes.add(
          item.at(),
          "\"" + item.key() + "\" is no name for a job",
          "Use at most 40 of a-z, 0-9, '-' and '_', beginning with a letter.");
    } else if (item.value() instanceof TomlTable table) {
      jobs.put(
          item.key(), new JobReader(read).job(item.key(), all.element(item.key(), table), user));
    } else {
      all.wrongElement(item.key(), "keys of a job", item.value());
    }
  }

  private static List<String> languages(Section top, Mistakes mistakes) {
    List<String> languages = new ArrayList<>();
    for (Located<String> tag : top.distinct("languages")) {
      if (isTag(tag.value())) {
        languages.add(tag.value());
      } else {
        mistakes.add(
            tag.at(),
            "\"" + tag.value() + "\" is no tag of a language",
            "Write \"fr\", or \"fr-CA\" with the country.");
      }
    }
    return languages.isEmpty() ? List.of("en") : List.copyOf(languages);
  }

  /** {@code fr}, {@code fr-CA}, {@code sr-Latn}. */
  private static boolean isTag(String text) {
    String[] parts = text.split("-", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean good = parts[i].length() >= 2 && parts[i].length() <= (i == 0 ? 3 : 8);
      for (int j = 0; j < parts[i].length(); j++) {
        char c = parts[i].charAt(j);
        boolean lower = c >= 'a' && c <= 'z';
        good &= lower || (i > 0 && ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')));
      }
      if (!good) {
        return false;
      }
    }
    return true;
  }

  private Hole.Crowd crowd() {
    int atOnce = Amounts.whole(top, "at_once", 1, JobReader.MOST_AT_ONCE, 16);
    return new Hole.Crowd(
        atOnce,
        Amounts.whole(top, "at_once_each_user", 1, JobReader.MOST_AT_ONCE, atOnce),
        Amounts.whole(top, "queue", 0, JobReader.MOST_AT_ONCE, 64),
        Amounts.time(top, "queue_wait", LEAST, Duration.ofHours(1), Duration.ofSeconds(30)));
  }

  private @Nullable Sessions sessions() {
    Section section = top.section("sessions");
    if (!top.has("sessions")) {
      return null;
    }
    Located<String> database = section.text("database");
    if (database != null && !database.value().startsWith("jdbc:postgresql:")) {
      mistakes.add(
          database.at(),
          "\"" + database.value() + "\" is no database for sessions",
          "Write \"jdbc:postgresql://HOST/DATABASE?user=NAME\", or leave it out: a file of the"
              + " listener's own holds them then.");
    }
    Located<String> password = section.text("password_file");
    if (password != null && new brig.spec.PathRules(mistakes).check(password) && database == null) {
      mistakes.add(
          password.at(), "'password_file' is of no use without 'database'", "Leave it out.");
    }
    Sessions sessions =
        new Sessions(
            Amounts.time(section, "idle", LEAST, DAY, Duration.ofMinutes(20)),
            Amounts.time(section, "absolute", LEAST, MONTH, Duration.ofHours(8)),
            Amounts.time(section, "rotate", LEAST, DAY, Duration.ofMinutes(15)),
            Amounts.whole(section, "each_user", 1, 1000, 3),
            section.choice("when_full", WHEN_FULL, Sessions.WhenFull.END_OLDEST),
            Amounts.whole(section, "failures", 1, 1000, 5),
            Amounts.time(section, "failure_window", LEAST, DAY, Duration.ofMinutes(15)),
            database == null ? null : database.value(),
            password == null ? null : password.value());
    if (sessions.idle().compareTo(sessions.absolute()) > 0) {
      mistakes.add(
          section.positionOf("idle"),
          "'idle' is longer than 'absolute'",
          "A session would always end before it is idle; make it shorter.");
    }
    return sessions;
  }

  private Map<String, Map<Message, String>> messages() {
    Map<String, Map<Message, String>> messages = new LinkedHashMap<>();
    if (!(top.value("messages") instanceof TomlTable table)) {
      if (top.value("messages") != null) {
        top.wrongType(
            "messages", "a table", java.util.Objects.requireNonNull(top.value("messages")));
      }
      return messages;
    }
    for (TomlTable.Item item : table.items()) {
      Located<String> language = new Located<>(item.key(), item.at());
      if (!read.languages.contains(item.key())) {
        read.unknown(language, "language", read.languages);
      } else if (item.value() instanceof TomlTable words) {
        messages.put(item.key(), words(words));
      } else {
        top.wrongElement("messages", "tables by language", item.value());
      }
    }
    return messages;
  }

  private Map<Message, String> words(TomlTable table) {
    Map<Message, String> words = new EnumMap<>(Message.class);
    List<String> known = new ArrayList<>();
    for (Message message : Message.values()) {
      known.add(message.key());
    }
    for (TomlTable.Item item : table.items()) {
      if (!known.contains(item.key())) {
        read.unknown(new Located<>(item.key(), item.at()), "message", known);
      } else if (item.value() instanceof TomlValue.Text text) {
        if (TextRules.unprintable(text.value()) >= 0) {
          mistakes.add(
              Problem.of("the message \"" + item.key() + "\" holds what cannot be shown")
                  .at(text.at()));
        }
        words.put(Message.valueOf(item.key().toUpperCase(Locale.ROOT)), text.value());
      } else {
        top.wrongElement("messages", "strings only", item.value());
      }
    }
    return words;
  }
}
