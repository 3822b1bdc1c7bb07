package brig.audit.breakout;

import brig.linux.ThreadStatus;
import brig.report.JsonText;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;

/** A report for a script; docs/breakout.md has the keys. */
public final class BreakoutJson {
  private BreakoutJson() {}

  /**
   * Writes it.
   *
   * @param more keys before its own
   */
  public static void write(BreakoutReport report, JsonText.Body more, Writer out)
      throws IOException {
    JsonText.writeObject(
        out,
        json -> {
          more.write(json);
          json.writeStringField("jail", report.name());
          json.writeStringField("as", report.as());
          confinement(report, json);
          json.writeArrayFieldStart("attempts");
          for (Tried tried : report.attempts()) {
            attempt(tried, json);
          }
          json.writeEndArray();
        });
  }

  private static void confinement(BreakoutReport report, JsonGenerator json) throws IOException {
    Facts facts = report.facts();
    ThreadStatus status = facts.status();
    json.writeObjectFieldStart("confinement");
    json.writeNumberField("uid", facts.uid());
    json.writeNumberField("gid", status.gids().get(1));
    json.writeStringField("effective", Long.toHexString(status.effective()));
    json.writeStringField("bounding", Long.toHexString(status.bounding()));
    json.writeBooleanField("no_new_privs", status.noNewPrivileges());
    json.writeNumberField("seccomp", status.seccomp());
    json.writeStringField("root", facts.root());
    json.writeArrayFieldStart("namespaces");
    for (String kind : facts.ownNamespaces().stream().sorted().toList()) {
      json.writeString(kind);
    }
    json.writeEndArray();
    Likeness likeness = report.likeness();
    if (likeness != null) {
      json.writeNumberField("compared_with", likeness.pid());
      json.writeArrayFieldStart("differences");
      for (String difference : likeness.differences()) {
        json.writeString(difference);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void attempt(Tried tried, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", tried.id());
    json.writeStringField("technique", tried.technique());
    switch (tried.result()) {
      case Result.Held(String call, String answer) -> {
        json.writeStringField("result", "held");
        json.writeStringField("answer", answer);
        json.writeStringField("call", call);
        json.writeStringField("stopped_by", String.join("; ", tried.stoppedBy()));
      }
      case Result.Escaped(String proof) -> {
        json.writeStringField("result", "escaped");
        json.writeStringField("answer", proof);
        json.writeNullField("stopped_by");
      }
      case Result.NotTried(String why) -> {
        json.writeStringField("result", "not-tried");
        json.writeStringField("answer", why);
        json.writeNullField("stopped_by");
      }
    }
    json.writeArrayFieldStart("calls");
    for (String call : tried.calls()) {
      json.writeString(call);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
