package brig.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.Writer;

/**
 * How every {@code --json} is written: indented by two, ended by a newline, keys in fixed order.
 */
public final class JsonText {
  private JsonText() {}

  /** What a command writes between the outermost braces. */
  @FunctionalInterface
  public interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  /** Writes one object; {@code body} writes its fields. The writer is flushed, not closed. */
  public static void writeObject(Writer out, Body body) throws IOException {
    JsonGenerator json = new JsonFactory().createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.setPrettyPrinter(
        new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n")));
    json.writeStartObject();
    body.write(json);
    json.writeEndObject();
    json.writeRaw('\n');
    json.close();
    out.flush();
  }
}
