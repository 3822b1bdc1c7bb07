package brig.hole.job;

import brig.report.Problem;
import brig.spec.Amounts;
import brig.spec.Located;
import brig.spec.Section;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code [jobs.NAME]}. */
final class JobReader {
  private static final Map<String, Job.SessionUse> SESSION = new LinkedHashMap<>();
  private static final Map<String, Job.OnLeave> ON_LEAVE = new LinkedHashMap<>();
  private static final Map<String, Job.Audit> AUDIT = new LinkedHashMap<>();

  static {
    SESSION.put("none", Job.SessionUse.NONE);
    SESSION.put("needs", Job.SessionUse.NEEDS);
    SESSION.put("begins", Job.SessionUse.BEGINS);
    SESSION.put("ends", Job.SessionUse.ENDS);
    ON_LEAVE.put("kill", Job.OnLeave.KILL);
    ON_LEAVE.put("finish", Job.OnLeave.FINISH);
    AUDIT.put("calls", Job.Audit.CALLS);
    AUDIT.put("values", Job.Audit.VALUES);
  }

  static final int MOST_AT_ONCE = 10_000;

  private final Reading read;

  JobReader(Reading read) {
    this.read = read;
  }

  Job job(String name, Section section, @Nullable Located<String> usualUser) {
    Texts title = read.texts(section, "title");
    Located<String> user = section.text("user");
    List<Field> fields = new FieldsReader(read).fields(section);
    int atOnce = Amounts.whole(section, "at_once", 1, MOST_AT_ONCE, 4);
    List<Located<String>> callers = section.distinct("callers");
    callers.forEach(read::isAccount);
    return new Job(
        name,
        section.at(),
        title == null ? Texts.same(name) : title,
        read.textsOrNone(section, "help"),
        section.truth("hidden", false),
        section.truth("fifo", false),
        callers,
        section.choice("session", SESSION, Job.SessionUse.NONE),
        fields,
        pages(section, fields),
        new StepsReader(read).steps(section, user == null ? usualUser : user),
        atOnce,
        Amounts.whole(section, "at_once_each_user", 1, MOST_AT_ONCE, atOnce),
        section.choice("on_leave", ON_LEAVE, Job.OnLeave.KILL),
        section.choice("audit", AUDIT, Job.Audit.CALLS),
        section.distinct("next"));
  }

  private List<Job.Page> pages(Section job, List<Field> fields) {
    List<Job.Page> pages = new ArrayList<>();
    Set<String> placed = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (Field field : fields) {
      names.add(field.name());
    }
    for (Section section : job.tables("pages")) {
      List<String> onPage = new ArrayList<>();
      for (Located<String> name : section.texts("fields")) {
        if (!names.contains(name.value())) {
          read.unknown(name, "field", names);
        } else if (!placed.add(name.value())) {
          read.mistakes.add(
              name.at(),
              "the field \"" + name.value() + "\" is on two pages",
              "Leave it out of one of them.");
        } else {
          onPage.add(name.value());
        }
      }
      if (!section.has("fields") || section.isEmptyArray("fields")) {
        read.mistakes.addMissing(
            section.at(), "the page has no 'fields'", "Name those that stand on it.");
      }
      Texts title = read.texts(section, "title");
      pages.add(
          new Job.Page(
              title == null ? Texts.NONE : title, read.textsOrNone(section, "help"), onPage));
    }
    for (Field field : fields) {
      if (!pages.isEmpty() && !placed.contains(field.name())) {
        read.mistakes.add(
            Problem.of("the field \"" + field.name() + "\" is on none of the pages")
                .remedy("Name it in the 'fields' of one.")
                .at(field.common().at()));
      }
    }
    return pages;
  }
}
