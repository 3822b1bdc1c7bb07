package brig.cli.learn;

import brig.cli.command.Context;
import brig.learn.Addition;
import brig.learn.Lesson;
import brig.report.JsonText;
import brig.report.Problem;
import brig.spec.JailSpec;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What came of learning, for a script. */
final class LearnJson {
  private LearnJson() {}

  static void print(JailSpec spec, Lesson lesson, Context context) throws IOException {
    JsonText.writeObject(
        new OutputStreamWriter(context.out(), StandardCharsets.UTF_8),
        json -> {
          json.writeStringField("jail", spec.name());
          json.writeBooleanField("passed", lesson.passed());
          json.writeStringField("failure", lesson.failure());
          json.writeNumberField("rounds", lesson.rounds());
          json.writeStringField("lock", lesson.lock().file());
          json.writeArrayFieldStart("added");
          for (Addition addition : lesson.additions()) {
            added(addition, json);
          }
          json.writeEndArray();
          problems("refused", lesson.refused(), json);
          problems("explanations", lesson.explanations(), json);
          texts("passed_over", lesson.searched(), json);
          json.writeNumberField("absent", lesson.absent());
          texts("advice", lesson.advice(), json);
        });
  }

  private static void added(Addition addition, JsonGenerator json) throws IOException {
    json.writeStartObject();
    switch (addition) {
      case Addition.Path path -> {
        json.writeStringField("kind", "path");
        json.writeStringField("path", path.path().path());
      }
      case Addition.Preload preload -> {
        json.writeStringField("kind", "preload");
        json.writeStringField("path", preload.path().path());
      }
      case Addition.Place place -> {
        json.writeStringField("kind", place.place().temporary() ? "temporary" : "writable");
        json.writeStringField("path", place.place().path());
      }
      case Addition.Account account -> {
        json.writeStringField("kind", account.account().group() ? "group" : "user");
        json.writeStringField("name", account.account().name());
      }
    }
    json.writeStringField("why", addition.why());
    json.writeEndObject();
  }

  private static void problems(String key, List<Problem> problems, JsonGenerator json)
      throws IOException {
    texts(key, problems.stream().map(Problem::text).toList(), json);
  }

  private static void texts(String key, List<String> texts, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart(key);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
