package brig.cli.trace;

import brig.linux.Errno;
import brig.linux.Pidfd;
import brig.trace.Follower;
import brig.trace.TraceEvent;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** One JSON object in each line, as things happen. */
final class TraceJson implements Follower {
  private final JsonGenerator json;

  TraceJson(Writer out) throws IOException {
    json = new JsonFactory().createGenerator(out);
    json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
  }

  /** Writes the fields of a line. */
  private interface Line {
    void write() throws IOException;
  }

  private synchronized void line(Line line) {
    try {
      json.writeStartObject();
      line.write();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void called(TraceEvent event) {
    line(
        () -> {
          json.writeStringField("event", "call");
          json.writeNumberField("pid", event.pid());
          json.writeNumberField("thread", event.thread());
          json.writeStringField("program", event.program());
          json.writeStringField("call", event.call());
          json.writeStringField("access", event.access().word());
          optional("path", event.path());
          if (!event.asked().isEmpty() && !event.asked().equals(event.path())) {
            json.writeStringField("asked", event.asked());
          }
          optional("root", event.root());
          optional("second", event.second());
          optional("address", event.address());
          optional("protocol", event.protocol());
          Errno error = event.error();
          if (error == null) {
            json.writeNumberField("result", event.result());
          } else {
            json.writeStringField("error", error.name());
          }
        });
  }

  private void optional(String key, @Nullable String value) throws IOException {
    if (value != null) {
      json.writeStringField(key, value);
    }
  }

  @Override
  public void began(int pid, String program) {
    line(
        () -> {
          json.writeStringField("event", "began");
          json.writeNumberField("pid", pid);
          json.writeStringField("program", program);
        });
  }

  @Override
  public void ended(int pid, Pidfd.Ending ending) {
    line(
        () -> {
          json.writeStringField("event", "ended");
          json.writeNumberField("pid", pid);
          json.writeNumberField(ending.exited() ? "status" : "signal", ending.number());
        });
  }

  @Override
  public void noted(String text) {
    line(
        () -> {
          json.writeStringField("event", "note");
          json.writeStringField("text", text);
        });
  }

  synchronized void flush() throws IOException {
    json.flush();
  }

  synchronized void end() throws IOException {
    json.writeRaw('\n');
    json.flush();
  }
}
