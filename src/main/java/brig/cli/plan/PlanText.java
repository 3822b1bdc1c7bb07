package brig.cli.plan;

import brig.plan.Entry;
import brig.plan.LeftOut;
import brig.plan.Plan;
import brig.plan.Reason;
import brig.report.Printable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plan for a person to read. */
final class PlanText {
  private static final int NAMED = 5;

  private final Plan plan;
  private final PrintStream out;

  PlanText(Plan plan, PrintStream out) {
    this.plan = plan;
    this.out = out;
  }

  /** What a group of entries comes to. */
  private static final class Sum {
    private int files;
    private int links;
    private long bytes;

    void add(Entry entry) {
      switch (entry) {
        case Entry.File f -> {
          files++;
          bytes += f.stat().size();
        }
        case Entry.Generated g -> {
          files++;
          bytes += g.content().length;
        }
        case Entry.Link _ -> links++;
        case Entry.Directory _, Entry.Writable _, Entry.Device _, Entry.Socket _ -> {}
      }
    }
  }

  /** Counts and sizes, by the first two steps of the reasons. */
  void printSummary() {
    Sum all = new Sum();
    Map<String, Sum> byRoot = new LinkedHashMap<>();
    List<Entry> special = new ArrayList<>();
    int directories = 0;
    for (Entry entry : plan.entries()) {
      all.add(entry);
      switch (entry) {
        case Entry.Directory _ -> directories++;
        case Entry.Writable _, Entry.Device _, Entry.Socket _, Entry.Generated _ ->
            special.add(entry);
        case Entry.File _, Entry.Link _ ->
            byRoot.computeIfAbsent(group(entry), _ -> new Sum()).add(entry);
      }
    }
    out.println(
        plan.jail()
            + ": "
            + all.files
            + " files, "
            + all.links
            + " links, "
            + directories
            + " directories, "
            + size(all.bytes)
            + "; runs as uid "
            + plan.service().uid()
            + ", gid "
            + plan.service().gid());
    out.println();
    byRoot.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> printGroup(e.getKey(), e.getValue()));
    out.println();
    for (Entry entry : special) {
      out.println("  " + pad(PlanCommand.kind(entry), 10) + Printable.text(entry.path()));
    }
    out.println();
    printLeftOut();
    out.println(
        "'brig plan --all' lists everything, 'brig why " + plan.jail() + " PATH' says why.");
  }

  /** By what leaves them out and who asked, so that a whole directory of programs is one line. */
  private void printLeftOut() {
    Map<String, List<String>> paths = new LinkedHashMap<>();
    for (LeftOut left : plan.leftOut()) {
      paths
          .computeIfAbsent(left.because() + ": " + left.why().text(), _ -> new ArrayList<>())
          .add(left.path());
    }
    for (Map.Entry<String, List<String>> line : paths.entrySet()) {
      List<String> all = line.getValue();
      String named = String.join(", ", all.subList(0, Math.min(NAMED, all.size())));
      String more = all.size() > NAMED ? " and " + (all.size() - NAMED) + " more" : "";
      out.println("  left out  " + Printable.text(named + more + ", by " + line.getKey()));
    }
    if (!paths.isEmpty()) {
      out.println();
    }
  }

  private void printGroup(String name, Sum sum) {
    out.println(
        padLeft(sum.files + " files", 13)
            + padLeft(sum.links == 0 ? "" : sum.links + " links", 12)
            + padLeft(size(sum.bytes), 10)
            + "  "
            + Printable.text(name));
  }

  private static String group(Entry entry) {
    List<String> chain = entry.reasons().getFirst().chain();
    return chain.size() == 1 ? chain.getFirst() : chain.get(0) + " -> " + chain.get(1);
  }

  void printAll() {
    for (Entry entry : plan.entries()) {
      String mode = PlanJson.mode(entry);
      String source = PlanJson.source(entry);
      StringBuilder line = new StringBuilder(pad(PlanCommand.kind(entry), 10));
      line.append(pad(mode == null ? "-" : mode, 6)).append(Printable.text(entry.path()));
      if (source != null && !source.equals(entry.path())) {
        line.append(entry instanceof Entry.Link ? " -> " : " from ").append(Printable.text(source));
      }
      out.println(line);
    }
    for (LeftOut left : plan.leftOut()) {
      out.println(
          Printable.text(
              pad("left out", 16)
                  + left.path()
                  + ", by "
                  + left.because()
                  + ": "
                  + left.why().text()));
    }
  }

  /** Every chain of an entry, one to a line. */
  static void printReasons(List<Reason> reasons, PrintStream out) {
    for (Reason reason : reasons) {
      out.println(Printable.text(reason.text()));
    }
  }

  private static String size(long bytes) {
    if (bytes < 10_000) {
      return bytes + " B";
    }
    return bytes < 1_000_000
        ? bytes / 1000 + " kB"
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }

  private static String padLeft(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }
}
