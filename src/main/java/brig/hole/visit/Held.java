package brig.hole.visit;

import brig.hole.job.Field;
import brig.hole.job.Job;
import brig.hole.job.Kept;
import brig.hole.job.Texts;
import brig.hole.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How what jobs keep is named in a session. */
final class Held {
  private static final String KEPT = "kept:";

  private Held() {}

  /** What keep steps wrote. */
  static Kept kept(@Nullable Session session) {
    if (session == null) {
      return Kept.NONE;
    }
    return job -> {
      List<String> lines = session.held().get(KEPT + job);
      if (lines == null) {
        return null;
      }
      List<Field.Option> options = new ArrayList<>();
      for (String line : lines) {
        int tab = line.indexOf('\t');
        options.add(
            tab < 0
                ? new Field.Option(line, Texts.same(line))
                : new Field.Option(line.substring(0, tab), Texts.same(line.substring(tab + 1))));
      }
      return options;
    };
  }

  /** The change that keeps this; an output of no lines is forgotten like none. */
  static Map<String, List<String>> keep(Job job, List<Field.Option> options) {
    List<String> lines = new ArrayList<>();
    for (Field.Option option : options) {
      lines.add(option.value() + "\t" + option.label().in(""));
    }
    return Map.of(KEPT + job.name(), lines);
  }
}
