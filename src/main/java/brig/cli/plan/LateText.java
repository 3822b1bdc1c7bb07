package brig.cli.plan;

import brig.plan.Entry;
import brig.plan.Plan;
import brig.report.Printable;
import brig.spec.JailSpec;
import brig.spec.JailSpec.Trigger;
import brig.spec.Located;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** What becomes of a daemon that goes into its jail while it runs, for a person to read. */
final class LateText {
  private final JailSpec spec;
  private final JailSpec.Late late;
  private final Plan plan;
  private final PrintStream out;

  LateText(JailSpec spec, JailSpec.Late late, Plan plan, PrintStream out) {
    this.spec = spec;
    this.late = late;
    this.plan = plan;
    this.out = out;
  }

  void print() {
    line(spec.name() + ": " + spec.command().program() + " starts outside, as root.");
    line(
        "Each of its processes goes into the jail when "
            + trigger()
            + (late.trigger() instanceof Trigger.GivesUpRoot
                ? "."
                : ", or gives up root before that."));
    line("");
    line("It sees there:");
    if (late.samePaths()) {
      place(late.root().value(), "read-only, under its host path");
    } else {
      place("/", "read-only, the host's " + late.root().value());
    }
    for (Located<String> include : spec.files().include()) {
      place(include.value(), "read-only");
    }
    for (Entry entry : plan.entries()) {
      switch (entry) {
        case Entry.Writable w ->
            place(w.path(), w.temporary() ? "writable, in memory" : "writable");
        case Entry.Socket s -> place(s.path(), "the host's " + s.source());
        case Entry.File _, Entry.Generated _, Entry.Directory _, Entry.Link _, Entry.Device _ -> {}
      }
    }
    if (!late.preload().isEmpty()) {
      printPreload();
    }
  }

  private String trigger() {
    return switch (late.trigger()) {
      case Trigger.GivesUpRoot _ -> "it gives up root";
      case Trigger.Call call -> "it calls " + String.join(" or ", call.names());
      case Trigger.Signal(String name) -> "it gets SIG" + name;
      case Trigger.FileAppears(String path) -> "something appears at " + path;
    };
  }

  private void printPreload() {
    List<String> paths = new ArrayList<>();
    line("");
    line("Loaded at the start, by LD_PRELOAD:");
    for (Located<String> library : late.preload()) {
      paths.add(library.value());
      line("  " + library.value());
    }
    String program = spec.command().program();
    String name = program.substring(program.lastIndexOf('/') + 1);
    if (name.startsWith("apache") || name.equals("httpd")) {
      line("");
      line("Apache can load them by itself, from its configuration, and then needs no 'preload':");
      for (String path : paths) {
        line("  LoadFile " + path);
      }
    }
  }

  private void place(String path, String what) {
    line("  " + path + "  (" + what + ")");
  }

  private void line(String text) {
    out.println(Printable.text(text));
  }
}
