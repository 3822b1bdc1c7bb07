package brig.audit.output;

import brig.audit.About;
import brig.audit.AuditReport;
import brig.audit.Baseline;
import brig.audit.Finding;
import brig.audit.Findings;
import brig.audit.NotSeen;
import brig.audit.Service;
import brig.audit.Severity;
import brig.audit.rules.Rules;
import brig.report.Printable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An audit for a person: by rule, the worst first, each rule explained once. */
public final class AuditText {
  private static final int WIDTH = 92;

  /** Of one rule: a person who has seen these knows. */
  private static final int LISTED = 20;

  private final PrintStream out;

  public AuditText(PrintStream out) {
    this.out = out;
  }

  /** All rules. */
  public void printRules() {
    int width = 0;
    for (About rule : Rules.all()) {
      width = Math.max(width, rule.id().length());
    }
    for (About rule : Rules.all()) {
      String id = rule.id() + " ".repeat(width - rule.id().length());
      out.println(id + "  " + pad(rule.severity()) + "  " + rule.summary());
    }
  }

  private static String pad(Severity severity) {
    return severity.word() + " ".repeat(6 - severity.word().length());
  }

  /**
   * One jail.
   *
   * @param accepted what the baseline took out
   */
  public void print(AuditReport report, List<Baseline.Match> accepted) {
    out.println(head(report));
    for (Map.Entry<About, List<Finding>> group : byRule(report.findings()).entrySet()) {
      print(group.getKey(), group.getValue(), report);
    }
    for (NotSeen.Gap gap : report.notSeen()) {
      String more = gap.count() > gap.examples().size() ? ", ..." : "";
      out.println();
      wrap(
          "not seen: "
              + Printable.text(String.join(", ", gap.examples()))
              + more
              + (gap.count() > 1 ? " (" + gap.count() + ")" : "")
              + ": "
              + gap.reason(),
          "");
    }
    out.println();
    out.println(sum(report, accepted.size()));
  }

  private static String head(AuditReport report) {
    Service service = report.subject().service();
    String who =
        service.assumed()
            ? "for nobody in particular (--as USER says for whom)"
            : "for " + service.name() + " (uid " + service.uid() + ")";
    return Printable.text(report.subject().name())
        + ": "
        + Printable.text(report.path())
        + ", "
        + who
        + "; "
        + count(report.files(), "file", "files")
        + ", "
        + count(report.links(), "link", "links")
        + ", "
        + count(report.directories(), "directory", "directories")
        + ", "
        + count(report.processes(), "process", "processes");
  }

  private static String count(long count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }

  private static Map<About, List<Finding>> byRule(List<Finding> findings) {
    Map<About, List<Finding>> groups = new LinkedHashMap<>();
    for (Finding finding : findings) {
      for (About rule : Rules.all()) {
        if (rule.id().equals(finding.rule())) {
          groups.computeIfAbsent(rule, _ -> new ArrayList<>()).add(finding);
        }
      }
    }
    return groups;
  }

  private void print(About rule, List<Finding> findings, AuditReport report) {
    Severity worst = findings.getFirst().severity();
    out.println();
    out.println(pad(worst) + "  " + rule.id() + ": " + rule.summary());
    wrap(rule.explanation(), "        ");
    wrap("-> " + rule.remedy(), "        ");
    for (Finding finding : findings.subList(0, Math.min(LISTED, findings.size()))) {
      String severity = finding.severity() == worst ? "" : " (" + finding.severity().word() + ")";
      out.println("    " + Printable.text(finding.path() + " " + finding.message()) + severity);
      if (!finding.remedy().equals(rule.remedy())) {
        out.println("      -> " + Printable.text(finding.remedy()));
      }
    }
    int more = Math.max(0, findings.size() - LISTED) + report.notKept().getOrDefault(rule.id(), 0);
    if (more > 0) {
      out.println("    and " + more + " more (--json lists up to " + Findings.MOST + ")");
    }
  }

  private void wrap(String text, String indent) {
    StringBuilder line = new StringBuilder(indent);
    for (String word : text.split(" ", -1)) {
      if (line.length() > indent.length() && line.length() + 1 + word.length() > WIDTH) {
        out.println(line);
        line.setLength(0);
        line.append(indent);
      }
      line.append(line.length() > indent.length() ? " " : "").append(word);
    }
    out.println(line);
  }

  private static String sum(AuditReport report, int accepted) {
    Map<Severity, Integer> counts = new TreeMap<>(Comparator.reverseOrder());
    for (Finding finding : report.findings()) {
      counts.merge(finding.severity(), 1, Integer::sum);
    }
    int all = report.findings().size();
    for (int more : report.notKept().values()) {
      all += more;
    }
    StringBuilder text = new StringBuilder(Printable.text(report.subject().name())).append(": ");
    if (all == 0) {
      text.append("no findings");
    } else {
      text.append(count(all, "finding", "findings"));
      String separator = " (";
      for (Map.Entry<Severity, Integer> count : counts.entrySet()) {
        text.append(separator).append(count.getValue()).append(' ').append(count.getKey().word());
        separator = ", ";
      }
      text.append(')');
    }
    return accepted == 0 ? text.toString() : text + ", " + accepted + " accepted";
  }
}
