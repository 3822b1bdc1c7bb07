package brig.hole.visit;

import brig.hole.job.Field;
import brig.hole.job.Job;
import brig.hole.job.Kept;
import brig.hole.job.Texts;
import brig.hole.session.Session;
import brig.hole.wire.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How what jobs keep and what a wizard's pages gave is named in a session. */
final class Held {
  private static final String KEPT = "kept:";
  private static final String PAGE = "page:";

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

  /** What the earlier pages of a job's wizard gave, below what is sent now. */
  static Map<String, Bytes> merged(Job job, @Nullable Session session, Map<String, Bytes> sent) {
    Map<String, Bytes> merged = new LinkedHashMap<>();
    if (session != null && !job.pages().isEmpty()) {
      for (Field field : job.fields()) {
        List<String> value = session.held().get(pageKey(job, field.name()));
        if (value != null) {
          merged.put(field.name(), Bytes.of(value.getFirst()));
        }
      }
    }
    merged.putAll(sent);
    return merged;
  }

  /** The change that holds what a page gave; secrets and files are not held. */
  static Map<String, List<String>> page(Job job, List<String> fields, Map<String, Bytes> sent) {
    Map<String, List<String>> held = new LinkedHashMap<>();
    for (String name : fields) {
      Field field = job.field(name);
      if (field != null && !(field instanceof Field.Secret) && !(field instanceof Field.Upload)) {
        Bytes bytes = sent.get(name);
        String text = bytes == null ? null : bytes.utf8();
        held.put(pageKey(job, name), text == null || text.isEmpty() ? List.of() : List.of(text));
      }
    }
    return held;
  }

  /** The change that forgets a wizard's pages. */
  static Map<String, List<String>> forgotten(Job job, Session session) {
    Map<String, List<String>> gone = new LinkedHashMap<>();
    for (String name : session.held().keySet()) {
      if (name.startsWith(PAGE + job.name() + ":")) {
        gone.put(name, List.of());
      }
    }
    return gone;
  }

  private static String pageKey(Job job, String field) {
    return PAGE + job.name() + ":" + field;
  }
}
