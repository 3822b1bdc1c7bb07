package brig.cli.plan;

import brig.plan.Entry;
import brig.plan.LeftOut;
import brig.plan.Plan;
import brig.plan.Reason;
import brig.report.JsonText;
import brig.report.Problem;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan as {@code --json} shows it; the keys are documented in docs/plan.md. */
final class PlanJson {
  private PlanJson() {}

  static void write(Plan plan, Writer out) throws IOException {
    JsonText.writeObject(
        out,
        json -> {
          json.writeStringField("jail", plan.jail());
          json.writeArrayFieldStart("entries");
          for (Entry entry : plan.entries()) {
            write(entry, json);
          }
          json.writeEndArray();
          json.writeArrayFieldStart("left_out");
          for (LeftOut left : plan.leftOut()) {
            json.writeStartObject();
            json.writeStringField("path", left.path());
            json.writeStringField("because", left.because());
            json.writeFieldName("reasons");
            writeReasons(List.of(left.why()), json);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("warnings");
          for (Problem warning : plan.warnings()) {
            json.writeString(warning.text());
          }
          json.writeEndArray();
        });
  }

  static void write(Entry entry, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("path", entry.path());
    json.writeStringField("kind", PlanCommand.kind(entry));
    json.writeStringField("source", source(entry));
    json.writeStringField("mode", mode(entry));
    json.writeFieldName("reasons");
    writeReasons(entry.reasons(), json);
    json.writeEndObject();
  }

  static void writeReasons(List<Reason> reasons, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (Reason reason : reasons) {
      json.writeStartArray();
      for (String step : reason.chain()) {
        json.writeString(step);
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  /** Where its bytes come from, or a link's target; null for what has neither. */
  static @Nullable String source(Entry entry) {
    return switch (entry) {
      case Entry.File f -> f.source();
      case Entry.Link l -> l.target();
      case Entry.Socket s -> s.source();
      case Entry.Device d -> (d.block() ? "b " : "c ") + d.major() + ":" + d.minor();
      case Entry.Generated _, Entry.Directory _, Entry.Writable _ -> null;
    };
  }

  /** Permission bits in octal, as chmod(1) takes them; null where the host's own show through. */
  static @Nullable String mode(Entry entry) {
    return switch (entry) {
      case Entry.File f -> octal(f.stat().mode());
      case Entry.Generated g -> octal(g.mode());
      case Entry.Directory d -> octal(d.mode());
      case Entry.Writable w -> octal(w.mode());
      case Entry.Device d -> octal(d.mode());
      case Entry.Link _, Entry.Socket _ -> null;
    };
  }

  private static String octal(int mode) {
    String digits = Integer.toOctalString(mode);
    return "0".repeat(Math.max(0, 4 - digits.length())) + digits;
  }
}
