package brig.plan.packages;

import brig.plan.Host;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Paths to packages by rpm's own word (rpm(8), QUERY OPTIONS). Asked for paths it answers with
 * packages and does not say which is whose; so those are asked for their lists of files.
 */
final class Rpm {
  private static final List<String> PLACES =
      List.of("/usr/lib/sysimage/rpm", "/var/lib/rpm"); // of new and of old distributions

  /** Begins every line that is an answer; rpm's sentences go to the same output. */
  private static final String MARK = "brig\t";

  private static final String PACKAGE = "brig\\t%{NAME}-%{EVR}.%{ARCH}\\n";
  private static final String FILES = "[brig\\t%{=NAME}\\t%{=EVR}\\t%{FILENAMES}\\n]";

  /** So many to one call: the kernel takes 2 MiB of arguments (execve(2)), a path at most 4096. */
  private static final int PORTION = 400;

  private final Merged merged;
  private final RpmQuery rpm;

  Rpm(Host host, RpmQuery rpm) {
    this.merged = new Merged(host);
    this.rpm = rpm;
  }

  static boolean isOn(Host host) throws IOException {
    for (String place : PLACES) {
      for (String file : List.of("rpmdb.sqlite", "Packages.db", "Packages")) {
        if (host.lstat(place + "/" + file) != null) {
          return true;
        }
      }
    }
    return false;
  }

  Map<String, Origin> origins(List<String> paths) throws IOException {
    TreeSet<String> packages = new TreeSet<>();
    for (List<String> portion : portions(paths)) {
      for (String line : ask(List.of("-qf", "--qf", PACKAGE, "--"), portion)) {
        packages.add(line);
      }
    }
    Map<String, Origin> byFile = new HashMap<>();
    for (List<String> portion : portions(List.copyOf(packages))) {
      for (String line : ask(List.of("-q", "--qf", FILES, "--"), portion)) {
        String[] fields = line.split("\t", 3);
        if (fields.length == 3) {
          byFile.putIfAbsent(fields[2], new Origin(fields[0], fields[1]));
        }
      }
    }
    Map<String, Origin> found = new HashMap<>();
    for (String path : paths) {
      Origin exact = byFile.get(path);
      Origin origin = exact != null ? exact : byFile.get(merged.alias(path));
      if (origin != null) {
        found.put(path, origin);
      }
    }
    return found;
  }

  private static List<List<String>> portions(List<String> all) {
    List<List<String>> portions = new ArrayList<>();
    for (int from = 0; from < all.size(); from += PORTION) {
      portions.add(all.subList(from, Math.min(from + PORTION, all.size())));
    }
    return portions;
  }

  private List<String> ask(List<String> options, List<String> operands) throws IOException {
    List<String> arguments = new ArrayList<>(options);
    arguments.addAll(operands);
    List<String> lines = new ArrayList<>();
    for (String line : rpm.ask(arguments).split("\n", -1)) {
      if (line.startsWith(MARK)) {
        lines.add(line.substring(MARK.length()));
      }
    }
    return lines;
  }
}
