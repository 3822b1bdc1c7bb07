package brig.audit.output;

import brig.audit.About;
import brig.audit.AuditReport;
import brig.audit.Baseline;
import brig.audit.Finding;
import brig.audit.NotSeen;
import brig.audit.Severity;
import brig.audit.rules.Rules;
import brig.linux.FileNames;
import brig.report.JsonText;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An audit as SARIF 2.1.0 (OASIS Standard), a run for each jail. */
public final class Sarif {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
  private static final String BASE = "JAIL";

  private final JsonGenerator json;
  private final String version;

  private Sarif(JsonGenerator json, String version) {
    this.json = json;
    this.version = version;
  }

  /**
   * Writes it.
   *
   * @param version Brig's own
   */
  public static void write(Baseline.Outcome outcome, String version, Writer out)
      throws IOException {
    JsonText.writeObject(
        out,
        json -> {
          json.writeStringField("$schema", SCHEMA);
          json.writeStringField("version", "2.1.0");
          json.writeArrayFieldStart("runs");
          for (int i = 0; i < outcome.reports().size(); i++) {
            new Sarif(json, version).run(outcome.reports().get(i), outcome.matches().get(i));
          }
          json.writeEndArray();
        });
  }

  private void run(AuditReport report, List<Baseline.Match> accepted) throws IOException {
    json.writeStartObject();
    tool();
    json.writeObjectFieldStart("originalUriBaseIds");
    json.writeObjectFieldStart(BASE);
    json.writeStringField("uri", "file://" + uri(report.path()) + "/");
    json.writeEndObject();
    json.writeEndObject();
    invocation(report);
    json.writeArrayFieldStart("results");
    for (Finding finding : report.findings()) {
      result(finding, null);
    }
    for (Baseline.Match match : accepted) {
      result(match.finding(), match.by().reason());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void tool() throws IOException {
    json.writeObjectFieldStart("tool");
    json.writeObjectFieldStart("driver");
    json.writeStringField("name", "brig audit");
    json.writeStringField("version", version);
    json.writeArrayFieldStart("rules");
    for (About rule : Rules.all()) {
      json.writeStartObject();
      json.writeStringField("id", rule.id());
      text("shortDescription", rule.summary());
      text("fullDescription", rule.explanation());
      text("help", rule.remedy());
      json.writeObjectFieldStart("defaultConfiguration");
      json.writeStringField("level", level(rule.severity()));
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
  }

  private void invocation(AuditReport report) throws IOException {
    json.writeArrayFieldStart("invocations");
    json.writeStartObject();
    json.writeBooleanField("executionSuccessful", true);
    json.writeArrayFieldStart("toolExecutionNotifications");
    for (NotSeen.Gap gap : report.notSeen()) {
      json.writeStartObject();
      json.writeStringField("level", "warning");
      String examples = String.join(", ", gap.examples());
      text("message", "not seen (" + gap.count() + "): " + examples + ": " + gap.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
  }

  private void result(Finding finding, @Nullable String acceptedFor) throws IOException {
    json.writeStartObject();
    json.writeStringField("ruleId", finding.rule());
    json.writeNumberField("ruleIndex", index(finding.rule()));
    json.writeStringField("level", level(finding.severity()));
    text("message", finding.path() + " " + finding.message() + ". " + finding.remedy());
    json.writeArrayFieldStart("locations");
    json.writeStartObject();
    json.writeObjectFieldStart("physicalLocation");
    json.writeObjectFieldStart("artifactLocation");
    String path = finding.path().startsWith("/") ? finding.path().substring(1) : finding.path();
    json.writeStringField("uri", path.isEmpty() ? "." : uri(path));
    json.writeStringField("uriBaseId", BASE);
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndArray();
    json.writeArrayFieldStart("suppressions");
    if (acceptedFor != null) {
      json.writeStartObject();
      json.writeStringField("kind", "external");
      json.writeStringField("justification", AuditJson.unicode(acceptedFor));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void text(String name, String text) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("text", AuditJson.unicode(text));
    json.writeEndObject();
  }

  private static int index(String rule) {
    int index = 0;
    for (About about : Rules.all()) {
      if (about.id().equals(rule)) {
        return index;
      }
      index++;
    }
    return -1;
  }

  private static String level(Severity severity) {
    return switch (severity) {
      case HIGH -> "error";
      case MEDIUM -> "warning";
      case LOW -> "note";
    };
  }

  /** A path's bytes by RFC 3986: all but unreserved characters and slashes as percent and hex. */
  static String uri(String path) {
    StringBuilder uri = new StringBuilder();
    for (byte b : FileNames.encode(path)) {
      char c = (char) (b & 0xFF);
      boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || "/-._~".indexOf(c) >= 0);
      if (plain) {
        uri.append(c);
      } else {
        uri.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
        uri.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
    return uri.toString();
  }
}
