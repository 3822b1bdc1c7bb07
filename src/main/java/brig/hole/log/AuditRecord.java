package brig.hole.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * One line of the audit log: a JSON object in ASCII, whatever the values hold, so that no value can
 * begin a line of its own or move a terminal's cursor.
 */
public final class AuditRecord {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final JsonGenerator json;
  private final ByteArrayOutputStream target;

  private AuditRecord(JsonGenerator json, ByteArrayOutputStream target) {
    this.json = json;
    this.target = target;
  }

  /**
   * Begins one.
   *
   * @param event what happened, such as {@code started}
   */
  public static AuditRecord of(String event) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
      JsonGenerator json = JSON.createGenerator(bytes);
      AuditRecord record = new AuditRecord(json, bytes);
      json.writeStartObject();
      return record
          .with("time", Instant.now().truncatedTo(ChronoUnit.MICROS).toString())
          .with("event", event);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  /** DEL and the like are no control characters to JSON, but they are to terminals. */
  private static String plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == 0x7F) {
        return text.replace((char) 0x7F, ' ');
      }
    }
    return text;
  }

  public AuditRecord with(String key, String value) {
    try {
      json.writeStringField(key, plain(value));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public AuditRecord with(String key, long value) {
    try {
      json.writeNumberField(key, value);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An object of texts. */
  public AuditRecord with(String key, Map<String, String> values) {
    try {
      json.writeObjectFieldStart(key);
      for (Map.Entry<String, String> value : values.entrySet()) {
        json.writeStringField(plain(value.getKey()), plain(value.getValue()));
      }
      json.writeEndObject();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The whole line with its newline. */
  public byte[] line() {
    try {
      json.writeEndObject();
      json.writeRaw('\n');
      json.close();
      return target.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For messages to people. */
  public static String text(byte[] line) {
    return new String(line, 0, line.length - 1, StandardCharsets.US_ASCII);
  }
}
