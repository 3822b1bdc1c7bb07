package brig.cli.audit;

import brig.audit.AuditReport;
import brig.audit.Baseline;
import brig.audit.Finding;
import brig.linux.Errno;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Printable;
import brig.report.Problem;
import brig.spec.toml.TomlDocument;
import brig.spec.toml.TomlTable;
import brig.spec.toml.TomlValue;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A baseline as a TOML file: docs/audit.md, "A baseline". */
final class BaselineFile {
  private static final Set<String> KEYS = Set.of("rule", "path", "jail", "reason", "until");

  private final List<Baseline.Accepted> accepted = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  private BaselineFile() {}

  /** Every mistake of the file is told at once. */
  static Baseline read(String file) throws BrigException, LinuxException {
    byte[] bytes;
    try {
      bytes = HostFiles.read(file);
    } catch (LinuxException e) {
      Problem problem = e.problem("cannot read the baseline " + file);
      throw e.errno() == Errno.ENOENT
          ? BrigException.usage(problem.remedy("--write-baseline " + file + " writes one."))
          : BrigException.refused(problem);
    }
    TomlDocument document = TomlDocument.parse(file, bytes);
    BaselineFile reader = new BaselineFile();
    reader.problems.addAll(document.problems());
    reader.read(document.root());
    if (!reader.problems.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, reader.problems);
    }
    return new Baseline(reader.accepted);
  }

  private void read(TomlTable root) {
    for (TomlTable.Item item : root.items()) {
      if (!item.key().equals("accept")
          || !(item.value() instanceof TomlValue.Sequence(List<TomlValue> values, _, _))) {
        problems.add(
            Problem.of("'" + item.key() + "' is not known in a baseline")
                .remedy("It holds [[accept]] tables.")
                .at(item.at()));
        continue;
      }
      for (TomlValue value : values) {
        if (value instanceof TomlTable table) {
          entry(table);
        }
      }
    }
  }

  private void entry(TomlTable table) {
    for (TomlTable.Item item : table.items()) {
      if (!KEYS.contains(item.key())) {
        problems.add(
            Problem.of("unknown key '" + item.key() + "' in [[accept]]")
                .remedy("Known are rule, path, jail, reason and until.")
                .at(item.at()));
      }
    }
    String rule = text(table, "rule", true);
    String path = text(table, "path", true);
    String reason = text(table, "reason", true);
    String jail = text(table, "jail", false);
    LocalDate until = until(table);
    if (rule != null && path != null && reason != null) {
      accepted.add(
          new Baseline.Accepted(rule, path, jail, reason, until, table.at().fileAndLine()));
    }
  }

  private @Nullable String text(TomlTable table, String key, boolean required) {
    TomlTable.Item item = table.get(key);
    if (item == null) {
      if (required) {
        problems.add(
            Problem.of("an [[accept]] has no '" + key + "'")
                .remedy("Give rule, path and reason; jail and until where they are wanted.")
                .at(table.at()));
      }
      return null;
    }
    if (item.value() instanceof TomlValue.Text(String value, _) && !value.isBlank()) {
      return value;
    }
    problems.add(Problem.of("'" + key + "' must be a text that is not empty").at(item.at()));
    return null;
  }

  private @Nullable LocalDate until(TomlTable table) {
    TomlTable.Item item = table.get("until");
    if (item == null) {
      return null;
    }
    if (item.value() instanceof TomlValue.Moment(String value, _)) {
      try {
        return LocalDate.parse(value);
      } catch (DateTimeException e) {
        // told below: a time of day, or both
      }
    }
    problems.add(
        Problem.of("'until' must be a date").remedy("Such as until = 2027-01-31.").at(item.at()));
    return null;
  }

  /** A baseline is written by people from there on: none is ever overwritten. */
  static void requireAbsent(String file) throws BrigException, LinuxException {
    if (!file.isEmpty() && Stat.ofLink(file) != null) {
      throw BrigException.usage(
          Problem.of("cannot write the baseline " + file + ": it is there already")
              .remedy("Name another file, or move it away; --baseline keeps its entries."));
    }
  }

  /** Writes one that accepts all that was found, with the reasons that were known before. */
  static void write(String file, List<AuditReport> reports, Baseline before, LocalDate today)
      throws LinuxException {
    Set<String> entries = new LinkedHashSet<>();
    for (AuditReport report : reports) {
      String jail = Printable.text(report.subject().name());
      for (Finding finding : report.findings()) {
        entries.add(entry(finding, jail, before, today));
      }
    }
    String head = "# Findings of brig audit that are accepted: docs/audit.md, \"A baseline\".\n";
    HostFiles.replace(
        file, (head + String.join("", entries)).getBytes(StandardCharsets.UTF_8), 0644);
  }

  private static String entry(Finding finding, String jail, Baseline before, LocalDate today) {
    String path = Printable.text(finding.path());
    String reason = "found on " + today + ", not looked at yet";
    String until = "";
    for (Baseline.Accepted known : before.accepted()) {
      boolean same = known.rule().equals(finding.rule()) && known.path().equals(path);
      if (same && (known.jail() == null || known.jail().equals(jail))) {
        reason = known.reason();
        until = known.until() == null ? "" : "until = " + known.until() + "\n";
      }
    }
    return "\n[[accept]]\n"
        + ("rule = " + quote(finding.rule()) + "\n")
        + ("path = " + quote(path) + "\n")
        + ("jail = " + quote(jail) + "\n")
        + ("reason = " + quote(reason) + "\n")
        + until;
  }

  /** A basic string of TOML; what is not printable is escaped already. */
  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
