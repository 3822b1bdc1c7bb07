package brig.cli.trace;

import brig.cli.command.Table;
import brig.linux.Errno;
import brig.plan.packages.Origin;
import brig.plan.packages.Packages;
import brig.report.Printable;
import brig.trace.Access;
import brig.trace.Summary;
import brig.trace.Summary.Seen;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a trace found, told to a person: by what was wanted, then by the package it comes from. */
final class TraceReport {
  private static final String NO_PACKAGE = "(no package)";

  private final Summary summary;
  private final Packages packages;
  private final PrintStream out;
  private Map<String, Origin> origins = Map.of();

  TraceReport(Summary summary, Packages packages, PrintStream out) {
    this.summary = summary;
    this.packages = packages;
    this.out = out;
  }

  /** A heading, and the paths below it: each path under the first that fits. */
  private record Section(String heading, Set<Access> accesses) {}

  private static final List<Section> SECTIONS =
      List.of(
          new Section("Executed", EnumSet.of(Access.EXECUTE)),
          new Section("Written or changed", EnumSet.of(Access.WRITE, Access.CHANGE)),
          new Section("Listed", EnumSet.of(Access.LIST)),
          new Section("Opened", EnumSet.of(Access.READ)),
          new Section("Sockets", EnumSet.of(Access.CONNECT, Access.BIND, Access.SEND)),
          new Section("Roots and mounts", EnumSet.of(Access.ROOT, Access.MOUNT)),
          new Section(
              "Looked at, not opened", EnumSet.of(Access.LOOK, Access.ENTER, Access.WATCH)));

  /**
   * Prints it.
   *
   * @param countsOnly no paths, only how many of each package
   */
  void print(boolean countsOnly) throws IOException {
    Map<String, List<String>> sections = new TreeMap<>();
    List<String> there = new ArrayList<>();
    for (Map.Entry<String, Seen> path : summary.paths().entrySet()) {
      for (Section section : SECTIONS) {
        if (path.getValue().succeeded().stream().anyMatch(section.accesses()::contains)) {
          sections.computeIfAbsent(section.heading(), h -> new ArrayList<>()).add(path.getKey());
          there.add(path.getKey());
          break;
        }
      }
    }
    origins = packages.origins(there);
    if (countsOnly) {
      counts(sections, there);
    } else {
      for (Section section : SECTIONS) {
        List<String> paths = sections.get(section.heading());
        if (paths != null) {
          out.println();
          byPackage(section.heading(), paths);
        }
      }
      addresses();
      missing();
      refused();
    }
    for (String note : summary.notes()) {
      out.println();
      out.println("Note: " + Printable.text(note) + ".");
    }
  }

  private String packageOf(String path) {
    Origin origin = origins.get(path);
    return origin == null ? NO_PACKAGE : origin.text();
  }

  private void byPackage(String heading, List<String> paths) {
    out.println(heading + ": " + paths.size());
    Map<String, List<String>> groups = new TreeMap<>();
    for (String path : paths) {
      groups.computeIfAbsent(packageOf(path), p -> new ArrayList<>()).add(path);
    }
    List<String> strangers = groups.remove(NO_PACKAGE);
    groups.forEach(this::group);
    if (strangers != null) {
      group(NO_PACKAGE, strangers);
    }
  }

  private void group(String name, Collection<String> paths) {
    out.println("  " + Printable.text(name));
    for (String path : paths) {
      out.println("    " + Printable.text(path));
    }
  }

  private void addresses() {
    if (summary.addresses().isEmpty()) {
      return;
    }
    out.println();
    out.println("Addresses: " + summary.addresses().size());
    for (Map.Entry<String, Seen> address : summary.addresses().entrySet()) {
      StringBuilder line = new StringBuilder("  ").append(Printable.text(address.getKey()));
      for (Access access : address.getValue().succeeded()) {
        line.append("  ").append(access.word());
      }
      address
          .getValue()
          .refused()
          .forEach((a, e) -> line.append("  " + a.word() + ": " + e.name()));
      out.println(line);
    }
  }

  /** One name that was looked for in many directories is one line, and says where it was found. */
  private void missing() {
    Map<String, Set<String>> found = new HashMap<>();
    Map<String, List<String>> missing = new TreeMap<>();
    for (Map.Entry<String, Seen> path : summary.paths().entrySet()) {
      String name = name(path.getKey());
      if (path.getValue().missing()) {
        missing.computeIfAbsent(name, n -> new ArrayList<>()).add(path.getKey());
      } else if (!path.getValue().failed()) {
        found.computeIfAbsent(name, n -> new TreeSet<>()).add(path.getKey());
      }
    }
    List<String> nowhere = new ArrayList<>();
    List<String> elsewhere = new ArrayList<>();
    for (Map.Entry<String, List<String>> name : missing.entrySet()) {
      Set<String> places = found.get(name.getKey());
      if (places == null) {
        int more = name.getValue().size() - 1;
        String first = Printable.text(name.getValue().getFirst());
        nowhere.add(more == 0 ? first : first + ", and in " + directories(more));
      } else {
        elsewhere.add(
            Printable.text(places.iterator().next() + ", not in " + places(name.getValue())));
      }
    }
    nowhere.sort(null);
    list("Missing: asked for, and not there", nowhere);
    list("Searched for, and found elsewhere", elsewhere);
  }

  private static String places(List<String> paths) {
    String first = parent(paths.getFirst());
    return paths.size() == 1 ? first : first + " and " + directories(paths.size() - 1);
  }

  private static String directories(int more) {
    return more == 1 ? "1 more directory" : more + " more directories";
  }

  private void refused() {
    List<String> refused = new ArrayList<>();
    for (Map.Entry<String, Seen> path : summary.paths().entrySet()) {
      Seen seen = path.getValue();
      for (Map.Entry<Access, Errno> refusal : seen.refused().entrySet()) {
        Errno errno = refusal.getValue();
        if (!seen.missing() && errno != Errno.ENOENT && errno != Errno.EEXIST) {
          refused.add(path.getKey() + "  " + refusal.getKey().word() + ": " + errno.text());
        }
      }
    }
    list("Refused", refused);
  }

  private void list(String heading, List<String> lines) {
    if (!lines.isEmpty()) {
      out.println();
      out.println(heading + ": " + lines.size());
      for (String line : lines) {
        out.println("  " + Printable.text(line));
      }
    }
  }

  private void counts(Map<String, List<String>> sections, List<String> there) {
    out.println();
    Map<String, Integer> numbers = new TreeMap<>();
    for (String path : there) {
      numbers.merge(packageOf(path), 1, Integer::sum);
    }
    Table table = new Table(List.of("PACKAGE", "PATHS"));
    numbers.forEach((name, count) -> table.row(name, String.valueOf(count)));
    table.print(out);
    out.println();
    Table kinds = new Table(List.of("WHAT", "PATHS"));
    for (Section section : SECTIONS) {
      List<String> paths = sections.get(section.heading());
      kinds.row(section.heading(), String.valueOf(paths == null ? 0 : paths.size()));
    }
    long missing = summary.paths().values().stream().filter(Seen::missing).count();
    kinds.row("Missing", String.valueOf(missing));
    kinds.print(out);
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }
}
