package brig.audit.breakout;

import brig.linux.Capability;
import brig.linux.ThreadStatus;
import brig.report.Printable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A report for a person, a hundred columns wide. */
public final class BreakoutText {
  private static final int TECHNIQUE = 34;
  private static final int ANSWER = 25;
  private static final int STOPPED = 25;
  private static final int BEFORE_STOPPED = 16 + TECHNIQUE + ANSWER;

  private final PrintStream out;
  private final boolean calls;

  /**
   * @param calls show each attempt's system calls
   */
  public BreakoutText(PrintStream out, boolean calls) {
    this.out = out;
    this.calls = calls;
  }

  public void print(BreakoutReport report) {
    head(report);
    out.println();
    row("ID", "RESULT", "TECHNIQUE", "WHAT THE KERNEL ANSWERED", List.of("STOPPED BY"));
    for (Tried tried : report.attempts()) {
      row(tried);
      if (calls) {
        for (String call : tried.calls()) {
          out.println("       " + Printable.text(call));
        }
      }
    }
    out.println();
    long escapes = report.escapes();
    long other = report.attempts().size() - report.held() - escapes;
    out.println(
        report.held()
            + " held, "
            + escapes
            + (escapes == 0 ? " escaped" : " ESCAPED")
            + (other == 0 ? "" : ", " + other + " not tried")
            + ".");
  }

  private void head(BreakoutReport report) {
    Facts facts = report.facts();
    ThreadStatus status = facts.status();
    out.println(Printable.text("prison break: " + report.name() + ", as " + report.as()));
    List<String> words = new ArrayList<>();
    words.add("uid " + facts.uid());
    words.add("gid " + status.gids().get(1));
    words.add("groups " + status.groups());
    out.println("  " + String.join(", ", words));
    out.println("  capabilities: " + named(status.effective()));
    out.println("  to be had:    " + named(status.bounding()));
    out.println(
        "  no_new_privs "
            + (status.noNewPrivileges() ? 1 : 0)
            + ", seccomp "
            + status.seccomp()
            + ", namespaces of its own: "
            + (facts.ownNamespaces().isEmpty()
                ? "none"
                : String.join(" ", facts.ownNamespaces().stream().sorted().toList())));
    out.println("  root " + Printable.text(facts.root()));
    Likeness likeness = report.likeness();
    if (likeness != null) {
      String same = likeness.differences().isEmpty() ? "just as" : "not as";
      out.println("  " + same + " process " + likeness.pid() + " of the running service");
      for (String difference : likeness.differences()) {
        out.println(Printable.text("    " + difference));
      }
    }
  }

  private static String named(long set) {
    if (set == 0) {
      return "none";
    }
    String names = Capability.names(set);
    return names.length() > 80 ? Long.bitCount(set) + " of them" : names;
  }

  private void row(Tried tried) {
    switch (tried.result()) {
      case Result.Held(String call, String answer) ->
          row(tried.id(), "held", tried.technique(), call + ": " + answer, tried.stoppedBy());
      case Result.Escaped(String proof) ->
          row(tried.id(), "ESCAPED", tried.technique(), proof, List.of("nothing"));
      case Result.NotTried(String why) ->
          out.println(Printable.text(start(tried.id(), "not tried", tried.technique()) + why));
    }
  }

  private void row(
      String id, String result, String technique, String answer, List<String> stoppedBy) {
    String line = start(id, result, technique) + padded(answer, ANSWER);
    for (String part : wrapped(stoppedBy)) {
      out.println(Printable.text(line + part).stripTrailing());
      line = " ".repeat(BEFORE_STOPPED);
    }
  }

  private static String start(String id, String result, String technique) {
    return padded(id, 5) + padded(result, 11) + padded(technique, TECHNIQUE);
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }

  /** Guards in lines of their own where they do not fit in one. */
  private static List<String> wrapped(List<String> words) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < words.size(); i++) {
      for (String word :
          (words.get(i).replace("CAP_", "") + (i < words.size() - 1 ? "," : "")).split(" ", -1)) {
        if (line.length() > 0 && line.length() + 1 + word.length() > STOPPED) {
          lines.add(line.toString());
          line.setLength(0);
        }
        line.append(line.length() == 0 ? "" : " ").append(word);
      }
    }
    lines.add(line.toString());
    return lines;
  }
}
