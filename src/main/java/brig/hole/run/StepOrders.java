package brig.hole.run;

import brig.hole.job.Step;
import brig.hole.job.Value;
import brig.hole.job.Word;
import brig.launch.child.ChildOrder;
import brig.launch.child.ChildOrder.ChildLimits;
import brig.launch.child.ChildOrder.Identity;
import brig.spec.Located;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From a step and the values of a call to what is started, and to the bytes that it reads. */
final class StepOrders {
  private static final int UMASK = 077;
  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, Value> values;
  private final String visitor;
  private final String language;

  /**
   * For one call.
   *
   * @param values of every field, judged
   * @param visitor who has logged in; empty: nobody
   */
  StepOrders(Map<String, Value> values, String visitor, String language) {
    this.values = values;
    this.visitor = visitor;
    this.language = language;
  }

  private String text(Word word) {
    return switch (word) {
      case Word.Literal literal -> literal.text();
      case Word.OfField field -> value(field.name()).text();
      case Word.SessionUser() -> visitor;
      case Word.Language() -> language;
    };
  }

  private Value value(String field) {
    Value value = values.get(field);
    return value == null ? new Value.Absent() : value;
  }

  /** What is started: each word is one argument, whatever is in it. */
  ChildOrder order(Step step, Identity identity) {
    List<String> argv = new ArrayList<>();
    for (Located<Word> word : step.command()) {
      argv.add(text(word.value()));
    }
    Map<String, String> environment = new LinkedHashMap<>();
    for (Map.Entry<String, Located<Word>> variable : step.environment().entrySet()) {
      environment.put(variable.getKey(), text(variable.getValue().value()));
    }
    return new ChildOrder(
        argv, environment, step.directory(), null, identity, limits(step.limits()), UMASK, true);
  }

  /** The values as the log may have them: secrets never, of files their length. */
  Map<String, String> loggable() {
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          switch (value) {
            case Value.Secret secret -> {}
            case Value.Absent() -> {}
            case Value.Upload upload -> texts.put(name, upload.bytes().length() + " bytes");
            default -> texts.put(name, value.text());
          }
        });
    return texts;
  }

  private static ChildLimits limits(Step.Limits limits) {
    long cpu = Math.max(1, limits.cpu().plusMillis(999).toSeconds());
    return new ChildLimits(
        cpu, limits.memory(), limits.fileSize(), limits.openFiles(), limits.processes());
  }

  /** What the step reads; empty: nothing. */
  byte[] input(Step.Input input) {
    return switch (input) {
      case Step.Input.Nothing() -> new byte[0];
      case Step.Input.Lines lines -> {
        StringBuilder text = new StringBuilder();
        for (Word word : lines.values()) {
          text.append(text(word)).append('\n');
        }
        yield text.toString().getBytes(StandardCharsets.UTF_8);
      }
      case Step.Input.Pairs pairs -> {
        StringBuilder text = new StringBuilder();
        for (Step.Named named : pairs.values()) {
          text.append(named.name()).append('=').append(text(named.word())).append('\n');
        }
        yield text.toString().getBytes(StandardCharsets.UTF_8);
      }
      case Step.Input.Json json -> json(json.values());
      case Step.Input.Raw raw ->
          value(raw.field()) instanceof Value.Upload upload
              ? upload.bytes().array()
              : value(raw.field()).text().getBytes(StandardCharsets.UTF_8);
    };
  }

  private byte[] json(List<Step.Named> named) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      for (Step.Named one : named) {
        json.writeFieldName(one.name());
        switch (one.word()) {
          case Word.OfField field -> write(json, value(field.name()));
          case Word.Literal literal -> json.writeString(literal.text());
          case Word.SessionUser() -> json.writeString(visitor);
          case Word.Language() -> json.writeString(language);
        }
      }
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, Value value) throws IOException {
    switch (value) {
      case Value.Absent() -> json.writeNull();
      case Value.Whole whole -> json.writeNumber(whole.number());
      case Value.Decimal decimal -> json.writeNumber(decimal.number().toPlainString());
      case Value.Truth truth -> json.writeBoolean(truth.truth());
      case Value.Text text -> json.writeString(text.text());
      case Value.Date date -> json.writeString(date.text());
      case Value.Secret secret -> json.writeString(secret.text());
      case Value.Upload upload -> json.writeNull();
    }
  }
}
