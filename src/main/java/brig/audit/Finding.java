package brig.audit;

import java.util.Comparator;

/**
 * Something that a rule found.
 *
 * @param rule the id of the rule
 * @param path inside the jail; what is outside has its path there
 * @param message what is the matter with it, a sentence without its subject and full stop
 */
public record Finding(String rule, Severity severity, String path, String message, String remedy) {
  /** The worst first, then by rule, path and message. */
  public static final Comparator<Finding> ORDER =
      Comparator.comparing(Finding::severity)
          .reversed()
          .thenComparing(Finding::rule)
          .thenComparing(Finding::path)
          .thenComparing(Finding::message);
}
