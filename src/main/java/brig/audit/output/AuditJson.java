package brig.audit.output;

import brig.audit.About;
import brig.audit.AuditReport;
import brig.audit.Baseline;
import brig.audit.Finding;
import brig.audit.NotSeen;
import brig.audit.rules.Rules;
import brig.report.JsonText;
import brig.report.Printable;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;

/** An audit for a script; the keys are documented in docs/audit.md. */
public final class AuditJson {
  private AuditJson() {}

  public static void write(Baseline.Outcome outcome, Writer out) throws IOException {
    JsonText.writeObject(
        out,
        json -> {
          json.writeArrayFieldStart("findings");
          for (AuditReport report : outcome.reports()) {
            for (Finding finding : report.findings()) {
              json.writeStartObject();
              finding(finding, report, json);
              json.writeEndObject();
            }
          }
          json.writeEndArray();
          json.writeArrayFieldStart("accepted");
          for (int i = 0; i < outcome.reports().size(); i++) {
            for (Baseline.Match match : outcome.matches().get(i)) {
              json.writeStartObject();
              finding(match.finding(), outcome.reports().get(i), json);
              json.writeStringField("reason", match.by().reason());
              json.writeEndObject();
            }
          }
          json.writeEndArray();
          json.writeArrayFieldStart("jails");
          for (AuditReport report : outcome.reports()) {
            jail(report, json);
          }
          json.writeEndArray();
        });
  }

  private static void finding(Finding finding, AuditReport report, JsonGenerator json)
      throws IOException {
    json.writeStringField("jail", unicode(report.subject().name()));
    json.writeStringField("rule", finding.rule());
    json.writeStringField("severity", finding.severity().word());
    json.writeStringField("path", unicode(finding.path()));
    json.writeStringField("message", unicode(finding.message()));
    json.writeStringField("remedy", unicode(finding.remedy()));
  }

  private static void jail(AuditReport report, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", unicode(report.subject().name()));
    json.writeStringField("root", unicode(report.path()));
    json.writeNumberField("uid", Integer.toUnsignedLong(report.subject().service().uid()));
    json.writeNumberField("files", report.files());
    json.writeNumberField("links", report.links());
    json.writeNumberField("directories", report.directories());
    json.writeNumberField("processes", report.processes());
    json.writeObjectFieldStart("not_listed");
    for (Map.Entry<String, Integer> more : report.notKept().entrySet()) {
      json.writeNumberField(more.getKey(), more.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("not_seen");
    for (NotSeen.Gap gap : report.notSeen()) {
      json.writeStartObject();
      json.writeStringField("reason", gap.reason());
      json.writeNumberField("count", gap.count());
      json.writeArrayFieldStart("examples");
      for (String example : gap.examples()) {
        json.writeString(unicode(example));
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** All rules. */
  public static void writeRules(Writer out) throws IOException {
    List<About> rules = Rules.all();
    JsonText.writeObject(
        out,
        json -> {
          json.writeArrayFieldStart("rules");
          for (About rule : rules) {
            json.writeStartObject();
            json.writeStringField("rule", rule.id());
            json.writeStringField("severity", rule.severity().word());
            json.writeStringField("summary", rule.summary());
            json.writeStringField("explanation", rule.explanation());
            json.writeStringField("remedy", rule.remedy());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  /** As it is, but for a name that is no Unicode: that one as a person sees it. */
  static String unicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return Printable.text(text);
      }
    }
    return text;
  }
}
