package brig.hole.visit;

import brig.hole.form.FormNames;
import brig.hole.job.Field;
import brig.hole.job.FieldError;
import brig.hole.job.Job;
import brig.hole.job.Message;
import brig.hole.session.Session;
import brig.hole.wire.Bytes;
import brig.hole.wire.Caps;
import brig.hole.wire.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the pages of a job's wizard have given so far, put together with what is sent now: plain
 * values are in the session, of secrets and files the name under which the {@link Pocket} keeps
 * them. Of a job without pages it is what is sent now.
 */
final class Wizard {
  private static final String PAGE = "page:";
  private static final String GIVEN = "given:";

  private final Job job;
  private final @Nullable Session session;
  private final Pocket pocket;
  private final Sent sent;
  private final Map<String, Bytes> files = new LinkedHashMap<>();
  private final List<Request.Section> sections;

  Wizard(Job job, @Nullable Session session, Pocket pocket, Request request) {
    this.job = job;
    this.session = session;
    this.pocket = pocket;
    this.sent = Sent.of(request);
    this.sections = request.sections();
    for (Request.Section section : sections) {
      files.put(section.name(), section.bytes());
    }
  }

  /** Kept out of the session, and never shown. */
  private static boolean isPocketed(Field field) {
    return field instanceof Field.Secret || field instanceof Field.Upload;
  }

  private List<String> held(String kind, Field field) {
    List<String> value =
        session == null || job.pages().isEmpty() ? null : session.held().get(key(kind, field));
    return value == null ? List.of() : value;
  }

  private String key(String kind, Field field) {
    return kind + job.name() + ":" + field.name();
  }

  private Bytes sentNow(Field field) {
    Bytes now = (field instanceof Field.Upload ? files : sent.fields()).get(field.name());
    return now == null ? Bytes.NONE : now;
  }

  /** The visitor takes back what an earlier page gave. */
  private boolean isDropped(Field field) {
    return sent.own().containsKey(FormNames.DROP + job.fields().indexOf(field));
  }

  /** What an earlier page gave and this one does not give anew. */
  private @Nullable String pocketed(Field field) {
    List<String> name = isPocketed(field) ? held(GIVEN, field) : List.of();
    return name.isEmpty() || sentNow(field).length() > 0 || isDropped(field)
        ? null
        : name.getFirst();
  }

  /** The fields whose values are kept, so that they need not be given again. */
  Set<String> given() {
    Set<String> given = new HashSet<>();
    for (Field field : job.fields()) {
      List<String> name = isPocketed(field) ? held(GIVEN, field) : List.of();
      if (!name.isEmpty() && pocket.get(name.getFirst()) != null) {
        given.add(field.name());
      }
    }
    return given;
  }

  /** Those that an earlier page gave and that are not there any more: too old, or too many. */
  Map<String, FieldError> lost() {
    Map<String, FieldError> lost = new LinkedHashMap<>();
    for (Field field : job.fields()) {
      String name = pocketed(field);
      if (name != null && pocket.get(name) == null) {
        lost.put(field.name(), FieldError.of(Message.GIVE_AGAIN));
      }
    }
    return lost;
  }

  /** The values of all pages, or of some fields. */
  Map<String, Bytes> values(@Nullable List<String> only) {
    Map<String, Bytes> values = new LinkedHashMap<>();
    for (Field field : job.fields()) {
      if (only != null && !only.contains(field.name())) {
        continue;
      }
      String name = pocketed(field);
      Bytes kept = name == null ? null : pocket.get(name);
      List<String> plain = held(PAGE, field);
      if (field instanceof Field.Secret && kept != null) {
        values.put(field.name(), kept);
      } else if (only == null && !plain.isEmpty()) {
        values.put(field.name(), Bytes.of(plain.getFirst()));
      }
    }
    sent.fields()
        .forEach(
            (name, value) -> {
              if (value.length() > 0 || !(job.field(name) instanceof Field.Secret)) {
                values.put(name, value);
              }
            });
    return values;
  }

  /** What is shown again as it was typed. */
  Map<String, String> typed() {
    Map<String, Bytes> plain = values(null);
    for (Field field : job.fields()) {
      if (isPocketed(field)) {
        plain.remove(field.name());
      }
    }
    return Sent.typed(plain);
  }

  /** The files of all pages, or of some fields. */
  List<Request.Section> sections(@Nullable List<String> only) {
    List<Request.Section> all = new ArrayList<>();
    for (Request.Section section : sections) {
      // An empty one of a field that an earlier page gave: no other file was chosen.
      Field field = job.field(section.name());
      if (field == null || section.bytes().length() > 0 || held(GIVEN, field).isEmpty()) {
        all.add(section);
      }
    }
    if (!files.containsKey("")) { // those without a name are given in the job's order, all at once
      for (Field.Upload field : job.uploads()) {
        String name = pocketed(field);
        Bytes kept = name == null ? null : pocket.get(name);
        if (kept != null && (only == null || only.contains(field.name()))) {
          all.add(new Request.Section(field.name(), kept));
        }
      }
    }
    return all;
  }

  /**
   * The change that holds what a page gave.
   *
   * @param good those of its fields whose values are good
   * @return null: files and secrets are too large together
   */
  @Nullable Map<String, List<String>> page(List<String> good) {
    Map<String, List<String>> held = new LinkedHashMap<>();
    long size = 0;
    for (Field field : job.fields()) {
      String name = pocketed(field);
      Bytes kept = name == null ? null : pocket.get(name);
      size += kept == null ? 0 : kept.length();
      size += isPocketed(field) ? sentNow(field).length() : 0;
    }
    if (size > Caps.USUAL.inputBytes()) {
      return null;
    }
    for (String name : good) {
      Field field = job.field(name);
      if (field == null) {
        continue;
      }
      Bytes now = sentNow(field);
      if (!isPocketed(field)) {
        String text = now.utf8();
        held.put(key(PAGE, field), text == null || text.isEmpty() ? List.of() : List.of(text));
      } else if (now.length() > 0 || isDropped(field)) {
        held(GIVEN, field).forEach(pocket::remove);
        held.put(key(GIVEN, field), now.length() == 0 ? List.of() : List.of(pocket.put(now)));
      }
    }
    return held;
  }

  /** The change that forgets what is lost. */
  Map<String, List<String>> withoutLost() {
    Map<String, List<String>> gone = new LinkedHashMap<>();
    for (String name : lost().keySet()) {
      gone.put(GIVEN + job.name() + ":" + name, List.of());
    }
    return gone;
  }

  /** The change that forgets a job's pages, and the pocket with it. */
  static Map<String, List<String>> forgotten(Job job, Session session, Pocket pocket) {
    Map<String, List<String>> gone = new LinkedHashMap<>();
    session
        .held()
        .forEach(
            (name, value) -> {
              if (name.startsWith(GIVEN + job.name() + ":")) {
                value.forEach(pocket::remove);
                gone.put(name, List.of());
              } else if (name.startsWith(PAGE + job.name() + ":")) {
                gone.put(name, List.of());
              }
            });
    return gone;
  }

  /** A session ends: what its wizards gave goes. */
  static void forgetAll(Session session, Pocket pocket) {
    session
        .held()
        .forEach(
            (name, value) -> {
              if (name.startsWith(GIVEN)) {
                value.forEach(pocket::remove);
              }
            });
  }
}
