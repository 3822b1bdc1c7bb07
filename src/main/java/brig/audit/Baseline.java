package brig.audit;

import brig.report.Printable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Findings that somebody has looked at and lives with, each with the reason. */
public record Baseline(List<Accepted> accepted) {
  public Baseline {
    accepted = List.copyOf(accepted);
  }

  /**
   * One of them.
   *
   * @param jail the name of the jail; null for any
   * @param path as the audit prints it
   * @param until the last day; null for ever
   * @param position where the file has it, for messages
   */
  public record Accepted(
      String rule,
      String path,
      @Nullable String jail,
      String reason,
      @Nullable LocalDate until,
      String position) {

    boolean covers(Finding finding, String ofJail) {
      return rule.equals(finding.rule())
          && path.equals(Printable.text(finding.path()))
          && (jail == null || jail.equals(ofJail));
    }

    /** {@code set-id /usr/bin/x}. */
    public String text() {
      return rule + " " + path;
    }
  }

  /** A finding and who accepted it. */
  public record Match(Finding finding, Accepted by) {}

  /**
   * What is left.
   *
   * @param expired entries that would have covered a finding, but whose day has passed
   * @param unused entries that cover nothing any more
   */
  public record Outcome(
      List<AuditReport> reports,
      List<List<Match>> matches,
      List<Accepted> expired,
      List<Accepted> unused) {}

  /** Takes what is accepted out of the reports. */
  public Outcome apply(List<AuditReport> reports, LocalDate today) {
    List<AuditReport> left = new ArrayList<>();
    List<List<Match>> matches = new ArrayList<>();
    List<Accepted> expired = new ArrayList<>();
    List<Accepted> unused = new ArrayList<>(accepted);
    for (AuditReport report : reports) {
      List<Finding> kept = new ArrayList<>();
      List<Match> matched = new ArrayList<>();
      for (Finding finding : report.findings()) {
        Accepted by = coverOf(finding, report.subject().name());
        if (by != null) {
          unused.remove(by);
        }
        LocalDate until = by == null ? null : by.until();
        if (by != null && until != null && until.isBefore(today)) {
          if (!expired.contains(by)) {
            expired.add(by);
          }
          by = null;
        }
        if (by == null) {
          kept.add(finding);
        } else {
          matched.add(new Match(finding, by));
        }
      }
      left.add(report.with(kept));
      matches.add(matched);
    }
    return new Outcome(left, matches, expired, unused);
  }

  private @Nullable Accepted coverOf(Finding finding, String jail) {
    for (Accepted each : accepted) {
      if (each.covers(finding, jail)) {
        return each;
      }
    }
    return null;
  }
}
