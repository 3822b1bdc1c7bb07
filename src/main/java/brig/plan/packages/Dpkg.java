package brig.plan.packages;

import brig.plan.FileStat;
import brig.plan.Host;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * dpkg's database: a list of paths for each package in {@code info/PACKAGE.list}, or {@code
 * info/PACKAGE:ARCHITECTURE.list} where several architectures can be installed side by side.
 *
 * <p>A path is listed as the package has it, which may be another than where the file is: below a
 * directory that has moved to /usr meanwhile (/lib is a link to usr/lib), or diverted
 * (dpkg-divert(1)).
 */
final class Dpkg {
  static final String DIRECTORY = "/var/lib/dpkg";
  private static final String INFO = DIRECTORY + "/info";
  private static final String LIST = ".list";
  private static final int FEW = 32;

  private final Host host;
  private final Merged merged;

  Dpkg(Host host) {
    this.host = host;
    this.merged = new Merged(host);
  }

  static boolean isOn(Host host) throws IOException {
    return host.lstat(DIRECTORY + "/status") != null;
  }

  Map<String, Origin> origins(Collection<String> paths) throws IOException {
    Diversions diversions = Diversions.read(host);
    WantedNames wanted = new WantedNames(paths.size());
    for (String path : paths) {
      add(path, diversions, wanted);
    }
    for (String name : lists(paths.size())) {
      if (wanted.isComplete()) {
        break;
      }
      wanted.search(name.substring(0, name.length() - LIST.length()), host.read(INFO + "/" + name));
    }
    Map<String, Origin> packages = PackageVersions.of(host, wanted.found().values());
    Map<String, Origin> origins = new HashMap<>();
    for (Map.Entry<String, String> entry : wanted.found().entrySet()) {
      Origin origin = packages.get(entry.getValue());
      if (origin != null) {
        origins.put(entry.getKey(), origin);
      }
    }
    return origins;
  }

  /**
   * The names of all lists; for a few paths those first that changed last: what is asked for after
   * an upgrade is mostly what the upgrade brought.
   */
  private List<String> lists(int paths) throws IOException {
    List<String> names = new ArrayList<>();
    Map<String, Long> times = new HashMap<>();
    for (String name : host.list(INFO)) {
      if (name.endsWith(LIST)) {
        names.add(name);
        FileStat stat = paths <= FEW ? host.lstat(INFO + "/" + name) : null;
        times.put(name, stat == null ? 0 : stat.modifiedNanos());
      }
    }
    if (paths <= FEW) {
      names.sort((a, b) -> Long.compare(time(times, b), time(times, a)));
    }
    return names;
  }

  private static long time(Map<String, Long> times, String name) {
    return times.getOrDefault(name, 0L);
  }

  private void add(String path, Diversions diversions, WantedNames wanted) throws IOException {
    for (String name : List.of(path, merged.alias(path))) {
      Diversions.Diversion away = diversions.to(name);
      if (away != null) {
        wanted.add(away.from(), path, null, away.by());
        wanted.add(merged.alias(away.from()), path, null, away.by());
      }
      Diversions.Diversion here = diversions.from(name);
      wanted.add(name, path, here == null ? null : here.by(), null);
    }
  }
}
