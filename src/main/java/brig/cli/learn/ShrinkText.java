package brig.cli.learn;

import brig.cli.command.Context;
import brig.learn.Shrinkage;
import brig.learn.Shrinking;
import brig.learn.Trial;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.JsonText;
import brig.report.Printable;
import brig.spec.JailSpec;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@code brig learn --shrink} tells, and with {@code --apply} does. */
final class ShrinkText {
  private static final int MOST_PATHS = 60;

  private final JailSpec spec;
  private final Context context;
  private final boolean json;

  ShrinkText(JailSpec spec, Context context, boolean json) {
    this.spec = spec;
    this.context = context;
    this.json = json;
  }

  int run(Shrinking shrinking, Trial.Task task, boolean apply) throws BrigException, IOException {
    Shrinking.Proposal proposal = shrinking.propose(task);
    Shrinkage shrinkage = proposal.shrinkage();
    if (shrinkage == null) {
      tell(null, proposal.failure(), false, Set.of());
      return ExitCode.FINDINGS.status();
    }
    if (!apply || shrinkage.paths().isEmpty()) {
      tell(shrinkage, null, false, Set.of());
      return ExitCode.OK.status();
    }
    Shrinking.Result result = shrinking.apply(proposal, task);
    tell(result.shrinkage(), result.failure(), result.failure() == null, result.back());
    return (result.failure() == null ? ExitCode.OK : ExitCode.FINDINGS).status();
  }

  private void tell(
      @Nullable Shrinkage shrinkage, @Nullable String failure, boolean applied, Set<String> back)
      throws IOException {
    if (json) {
      writeJson(shrinkage, failure, applied, back);
    } else if (shrinkage == null) {
      line(
          spec.name()
              + ": is as it was: "
              + (back.isEmpty() ? "" : "even with what was asked for, ")
              + "the run did not pass: "
              + failure);
    } else {
      print(shrinkage, applied, back);
    }
  }

  private void print(Shrinkage shrinkage, boolean applied, Set<String> back) {
    if (shrinkage.paths().isEmpty()) {
      line(spec.name() + ": nothing could be left out");
      kept(shrinkage);
      return;
    }
    line(
        spec.name()
            + ": "
            + text(shrinkage.before())
            + (applied ? " before; now " : "; without what no run touched ")
            + text(shrinkage.after()));
    line(applied ? "Left out:" : "Could be left out (--apply does it, and proves it):");
    List<String> paths = shrinkage.paths();
    for (String path : paths.subList(0, Math.min(MOST_PATHS, paths.size()))) {
      line("  " + path);
    }
    if (paths.size() > MOST_PATHS) {
      line("  and " + (paths.size() - MOST_PATHS) + " more");
    }
    if (!back.isEmpty()) {
      line("Came back, for the smaller jail's run asked for it:");
      for (String path : back) {
        line("  " + path);
      }
    }
    kept(shrinkage);
    if (applied) {
      line("The probe passes. What is left out is in " + spec.learned().file() + " (unused).");
    }
  }

  private void kept(Shrinkage shrinkage) {
    if (!shrinkage.keptUntouched().isEmpty()) {
      line("Kept, though no run touched it:");
      for (Map.Entry<String, Integer> kept : shrinkage.keptUntouched().entrySet()) {
        line("  " + kept.getValue() + ": " + kept.getKey());
      }
    }
  }

  private static String text(Shrinkage.Size size) {
    return size.files()
        + " files ("
        + size.libraries()
        + " libraries), "
        + (size.bytes() + 512 * 1024) / (1024 * 1024)
        + " MiB";
  }

  private void writeJson(
      @Nullable Shrinkage shrinkage, @Nullable String failure, boolean applied, Set<String> back)
      throws IOException {
    JsonText.writeObject(
        new OutputStreamWriter(context.out(), StandardCharsets.UTF_8),
        out -> {
          out.writeStringField("jail", spec.name());
          out.writeBooleanField("applied", applied);
          out.writeStringField("failure", failure);
          if (shrinkage != null) {
            size("before", shrinkage.before(), out);
            size("after", shrinkage.after(), out);
            texts("left_out", shrinkage.paths(), out);
            out.writeObjectFieldStart("kept_untouched");
            for (Map.Entry<String, Integer> kept : shrinkage.keptUntouched().entrySet()) {
              out.writeNumberField(kept.getKey(), kept.getValue());
            }
            out.writeEndObject();
          }
          texts("came_back", back, out);
        });
  }

  private static void size(String key, Shrinkage.Size size, JsonGenerator out) throws IOException {
    out.writeObjectFieldStart(key);
    out.writeNumberField("files", size.files());
    out.writeNumberField("libraries", size.libraries());
    out.writeNumberField("bytes", size.bytes());
    out.writeEndObject();
  }

  private static void texts(String key, Iterable<String> texts, JsonGenerator out)
      throws IOException {
    out.writeArrayFieldStart(key);
    for (String text : texts) {
      out.writeString(text);
    }
    out.writeEndArray();
  }

  private void line(String text) {
    context.out().println(Printable.text(text));
  }
}
