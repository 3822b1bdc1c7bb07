package brig.cli.audit;

import brig.audit.About;
import brig.audit.rules.Rules;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ParseResult;

/** Which rules {@code brig audit} goes by. */
final class AuditRules {
  private AuditRules() {}

  static List<About> selected(ParseResult arguments) throws BrigException {
    List<String> only = arguments.matchedOptionValue("--only", List.of());
    List<String> skip = arguments.matchedOptionValue("--skip", List.of());
    Set<String> known = new HashSet<>();
    for (About rule : Rules.all()) {
      known.add(rule.id());
    }
    List<Problem> problems = new ArrayList<>();
    for (List<String> words : List.of(only, skip)) {
      for (String word : words) {
        if (!known.contains(word)) {
          problems.add(
              Problem.of("brig audit: there is no rule '" + word + "'")
                  .remedy("brig audit --rules lists them."));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, problems);
    }
    List<About> selected = new ArrayList<>();
    for (About rule : Rules.all()) {
      if ((only.isEmpty() || only.contains(rule.id())) && !skip.contains(rule.id())) {
        selected.add(rule);
      }
    }
    return selected;
  }
}
