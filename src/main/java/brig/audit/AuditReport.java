package brig.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an audit found.
 *
 * @param path the directory, without links
 * @param files and other things that are neither directory nor link
 * @param processes how many run in it
 * @param findings in their order, at most {@link Findings#MOST} of each rule
 * @param notKept how many more a rule had
 * @param notSeen what could not be looked at
 */
public record AuditReport(
    Subject subject,
    String path,
    long files,
    long directories,
    long links,
    int processes,
    List<Finding> findings,
    Map<String, Integer> notKept,
    List<NotSeen.Gap> notSeen) {

  public AuditReport {
    findings = List.copyOf(findings);
    notKept = Map.copyOf(notKept);
    notSeen = List.copyOf(notSeen);
  }

  /** The same with these findings only. */
  public AuditReport with(List<Finding> kept) {
    return new AuditReport(
        subject, path, files, directories, links, processes, kept, notKept, notSeen);
  }

  /** Those at or over a severity. */
  public List<Finding> atLeast(Severity severity) {
    List<Finding> severe = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding.severity().compareTo(severity) >= 0) {
        severe.add(finding);
      }
    }
    return severe;
  }
}
