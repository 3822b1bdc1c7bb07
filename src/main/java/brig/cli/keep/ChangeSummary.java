package brig.cli.keep;

import brig.cli.command.Context;
import brig.linux.LinuxException;
import brig.plan.packages.Origin;
import brig.report.BrigException;
import brig.report.Printable;
import brig.tree.Comparison;
import brig.tree.Difference;
import brig.tree.Generations;
import brig.tree.Manifest;
import brig.tree.ManifestEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** In what a generation differs from the one before it, in one line. */
final class ChangeSummary {
  private static final int MOST_PACKAGES = 4;

  private ChangeSummary() {}

  /**
   * {@code libssl3 3.0.17-1 to 3.0.18-1, 2 other files changed, 1 new, 1 gone}.
   *
   * @param from 0 when there was none before
   */
  static String between(String jail, int from, int to, Context context)
      throws BrigException, LinuxException {
    if (from == 0) {
      return "the first";
    }
    Generations generations = Generations.of(context.paths(), jail);
    return of(
        !Arrays.equals(generations.jailfile(from), generations.jailfile(to)),
        Comparison.of(
            Manifest.read(context.paths(), jail, from), Manifest.read(context.paths(), jail, to)));
  }

  static String of(boolean jailfileChanged, List<Difference> differences) {
    TreeSet<String> packages = new TreeSet<>();
    int changed = 0;
    int added = 0;
    int removed = 0;
    for (Difference difference : differences) {
      ManifestEntry from = difference.from();
      ManifestEntry to = difference.to();
      if (from == null || to == null) {
        added += from == null ? 1 : 0;
        removed += to == null ? 1 : 0;
      } else if (!addPackage(from.origin(), to.origin(), packages)) {
        changed++;
      }
    }
    List<String> parts = new ArrayList<>();
    if (jailfileChanged) {
      parts.add("the jailfile changed");
    }
    int named = 0;
    for (String upgrade : packages) {
      if (named == MOST_PACKAGES) {
        parts.add((packages.size() - named) + " more packages");
        break;
      }
      parts.add(upgrade);
      named++;
    }
    String others = changed == 1 ? " other changed" : " others changed";
    add(changed, packages.isEmpty() ? " changed" : others, parts);
    add(added, " new", parts);
    add(removed, " gone", parts);
    return parts.isEmpty() ? "the same tree" : Printable.text(String.join(", ", parts));
  }

  private static boolean addPackage(
      @Nullable Origin from, @Nullable Origin to, Set<String> packages) {
    if (from == null || to == null || from.equals(to)) {
      return false;
    }
    packages.add(
        from.name().equals(to.name())
            ? from.text() + " to " + to.version()
            : from.text() + " to " + to.text());
    return true;
  }

  private static void add(int count, String what, List<String> parts) {
    if (count > 0) {
      parts.add(count + what);
    }
  }
}
