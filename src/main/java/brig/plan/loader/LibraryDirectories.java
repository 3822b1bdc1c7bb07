package brig.plan.loader;

import brig.plan.FileStat;
import brig.plan.Host;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where the host's loader looks for libraries that say nothing themselves: ld.so(8). */
public final class LibraryDirectories {
  private record Identity(long device, long inode) {}

  private static final List<String> LOADERS =
      List.of("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1");

  private LibraryDirectories() {}

  /** The built-in ones, then those of ld.so.cache or ld.so.conf; each directory by one name. */
  public static List<String> of(Host host) throws IOException {
    HostFiles files = new HostFiles(host);
    Set<String> names = new LinkedHashSet<>();
    SystemDirectories system = new SystemDirectories(files);
    for (String loader : LOADERS) {
      DiskFile file = files.at(loader);
      if (file != null && file.elf() != null) {
        names.addAll(system.of(loader, file.elf()));
      }
    }
    HostConfiguration configuration = new HostConfiguration(files);
    LdSoCache cache = configuration.cache();
    if (cache == null) {
      names.addAll(configuration.directories());
    } else {
      cache.forEach(entry -> names.add(DiskFile.directoryOf(entry.path())));
    }
    Set<Identity> seen = new LinkedHashSet<>();
    List<String> directories = new ArrayList<>();
    for (String name : names) {
      FileStat stat = files.stat(name);
      if (stat != null
          && stat.type() == FileStat.Type.DIRECTORY
          && seen.add(new Identity(stat.device(), stat.inode()))) {
        directories.add(name);
      }
    }
    return List.copyOf(directories);
  }
}
