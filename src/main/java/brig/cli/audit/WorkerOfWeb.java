package brig.cli.audit;

import brig.cli.command.Context;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Printable;
import brig.web.parent.Source;
import brig.web.parent.WorkerLook.Trait;
import brig.web.parent.WorkerTrial;
import brig.web.wire.Ways.Tried;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;

/** What was found of the worker of {@code brig serve}, for a person or a script. */
final class WorkerOfWeb {
  private static final int WHAT = 26;
  private static final int TECHNIQUE = 44;

  private final WorkerTrial trial;

  private WorkerOfWeb(WorkerTrial trial) {
    this.trial = trial;
  }

  static WorkerOfWeb of(String config, Context context) throws BrigException, IOException {
    return new WorkerOfWeb(
        WorkerTrial.of(
            Source.of(config, 0),
            context.environment(),
            context.paths().run(),
            context.paths().lib(),
            line -> context.err().println("brig: " + line)));
  }

  int status() {
    return (trial.held() ? ExitCode.OK : ExitCode.FINDINGS).status();
  }

  void print(PrintStream out) {
    out.println(Printable.text("prison break: the worker in " + trial.jail()));
    out.println(
        trial.running() > 0
            ? "  seen from outside: process " + trial.running() + " of the server that runs"
            : "  seen from outside: one that was started to be tried; no server runs");
    for (Trait trait : trial.seen()) {
      out.println(
          Printable.text(
              "  "
                  + padded(trait.what(), WHAT)
                  + (trait.good() ? "" : "NOT AS IT SHOULD BE: ")
                  + trait.found()));
    }
    out.println();
    out.println("  tried by one that was started as it is:");
    for (Tried one : trial.tried()) {
      out.println(
          Printable.text(
              "  "
                  + padded(one.id(), 5)
                  + padded(one.held() ? "held" : "ESCAPED", 9)
                  + padded(one.technique(), TECHNIQUE)
                  + one.call()
                  + ": "
                  + (one.held() ? one.answer() : "was not refused")));
    }
    out.println();
    out.flush();
  }

  void write(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("worker");
    json.writeStringField("jail", trial.jail());
    json.writeNumberField("running", trial.running());
    json.writeArrayFieldStart("seen");
    for (Trait trait : trial.seen()) {
      json.writeStartObject();
      json.writeStringField("what", trait.what());
      json.writeStringField("found", trait.found());
      json.writeBooleanField("good", trait.good());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("attempts");
    for (Tried one : trial.tried()) {
      json.writeStartObject();
      json.writeStringField("id", one.id());
      json.writeStringField("technique", one.technique());
      json.writeStringField("result", one.held() ? "held" : "escaped");
      json.writeStringField("call", one.call());
      json.writeStringField("answer", one.answer());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }
}
