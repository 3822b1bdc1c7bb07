package brig.hole.run;

import brig.hole.job.Kept;
import brig.hole.job.Step;
import brig.hole.job.Value;
import brig.hole.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What steps say that is not for the visitor: who the visitor is, what later jobs may offer. */
final class Captured {
  /** Characters of what a step complains of that the log keeps. */
  static final int MOST_COMPLAINT = 2000;

  private static final int MOST_NAME = 256;

  private final ByteArrayOutputStream line = new ByteArrayOutputStream(0);
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);
  private boolean lineIsWhole;
  private boolean keeps;
  private String userNamed = "";

  void firstLine(byte[] bytes) {
    for (byte b : bytes) {
      if (b == '\n') {
        lineIsWhole = true;
      }
      if (!lineIsWhole && line.size() <= MOST_NAME) {
        line.write(b);
      }
    }
  }

  /** A keep step begins. */
  void keep() {
    keeps = true;
  }

  void keep(byte[] bytes) {
    if (kept.size() <= Kept.MAX_BYTES) {
      kept.writeBytes(bytes);
    }
  }

  /** Its authorize step has succeeded. */
  void authorized(Step step, Map<String, Value> values) {
    Step.UserNamedBy names = step.names();
    if (names == null) {
      return;
    }
    userNamed =
        switch (names) {
          case Step.UserNamedBy.Output() -> {
            String text = line.size() > MOST_NAME ? null : Bytes.of(line.toByteArray()).utf8();
            yield text == null ? "" : text.strip();
          }
          case Step.UserNamedBy.OfField field -> {
            Value value = values.get(field.field());
            yield value == null ? "" : value.text();
          }
        };
  }

  /** Who the authorize step says that the visitor is; empty: it said nothing. */
  String userNamed() {
    return userNamed;
  }

  /** What the keep step wrote; null: there was none. */
  @Nullable Bytes kept() {
    return keeps ? Bytes.of(kept.toByteArray()) : null;
  }
}
