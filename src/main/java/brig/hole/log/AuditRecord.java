package brig.hole.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of the audit log: a JSON object in ASCII, whatever the values hold, so that no value can
 * begin a line of its own or move a terminal's cursor.
 */
public final class AuditRecord {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final int LONG_TEXT = 4096;
  private static final String MORE = "...";

  /** Texts, numbers, and maps of texts, in the order in which they came. */
  private final Map<String, Object> fields = new LinkedHashMap<>();

  private AuditRecord() {}

  /**
   * Begins one.
   *
   * @param event what happened, such as {@code started}
   */
  public static AuditRecord of(String event) {
    return new AuditRecord()
        .with("time", Instant.now().truncatedTo(ChronoUnit.MICROS).toString())
        .with("event", event);
  }

  public AuditRecord with(String key, String value) {
    fields.put(key, value);
    return this;
  }

  public AuditRecord with(String key, long value) {
    fields.put(key, value);
    return this;
  }

  /** An object of texts. */
  public AuditRecord with(String key, Map<String, String> values) {
    fields.put(key, new LinkedHashMap<>(values));
    return this;
  }

  /** The whole line with its newline. */
  public byte[] line() {
    return line(Integer.MAX_VALUE);
  }

  /**
   * The line for a place that takes no longer ones: where it does not fit, long texts are cut, end
   * in three points, and {@code "cut": true} tells of it.
   *
   * @param most bytes, the newline with them; at least 4096
   */
  public byte[] lineWithin(int most) {
    byte[] line = line();
    for (int longest = LONG_TEXT; line.length > most && longest > 0; longest /= 4) {
      line = line(longest);
    }
    return line.length > most ? line(-1) : line;
  }

  /** With texts of so many characters at most; -1: of none, and without objects. */
  private byte[] line(int longest) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
      try (JsonGenerator json = JSON.createGenerator(bytes)) {
        json.writeStartObject();
        for (Map.Entry<String, Object> field : fields.entrySet()) {
          if (longest < 0 && field.getValue() instanceof Map) {
            continue;
          }
          json.writeFieldName(field.getKey());
          switch (field.getValue()) {
            case Long number -> json.writeNumber(number);
            case Map<?, ?> values -> {
              json.writeStartObject();
              for (Map.Entry<?, ?> value : values.entrySet()) {
                json.writeStringField(
                    plain(String.valueOf(value.getKey())),
                    cut(String.valueOf(value.getValue()), longest));
              }
              json.writeEndObject();
            }
            default -> json.writeString(cut(String.valueOf(field.getValue()), longest));
          }
        }
        if (longest < Integer.MAX_VALUE) {
          json.writeBooleanField("cut", true);
        }
        json.writeEndObject();
        json.writeRaw('\n');
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  private static String cut(String text, int longest) {
    return plain(text.length() <= longest ? text : text.substring(0, Math.max(0, longest)) + MORE);
  }

  /** DEL and the like are no control characters to JSON, but they are to terminals. */
  private static String plain(String text) {
    return text.replace((char) 0x7F, ' ');
  }
}
