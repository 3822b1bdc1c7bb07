package brig.plan.packages;

import brig.plan.Host;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Versions from dpkg's {@code status}, and from {@code updates}, where dpkg notes what it has not
 * yet written there: it may be at work just now. Stanzas as deb-control(5) has them.
 */
final class PackageVersions {
  private final Set<String> wanted;
  private final Map<String, Stanza> stanzas = new HashMap<>();
  private String hostArchitecture = "";

  private record Stanza(String name, String architecture, String version) {}

  private PackageVersions(Collection<String> lists) {
    this.wanted = new HashSet<>(lists);
  }

  /** Lists (PACKAGE or PACKAGE:ARCHITECTURE) to what is to be told of their package. */
  static Map<String, Origin> of(Host host, Collection<String> lists) throws IOException {
    PackageVersions versions = new PackageVersions(lists);
    if (versions.wanted.isEmpty()) {
      return Map.of();
    }
    versions.addAll(host.read(Dpkg.DIRECTORY + "/status"));
    String updates = Dpkg.DIRECTORY + "/updates";
    if (host.lstat(updates) != null) {
      for (String name : host.list(updates)) { // numbers of equal length, the oldest first
        if (!name.startsWith("tmp")) {
          versions.addAll(host.read(updates + "/" + name));
        }
      }
    }
    return versions.origins();
  }

  private Map<String, Origin> origins() {
    Map<String, Origin> origins = new HashMap<>();
    for (Map.Entry<String, Stanza> entry : stanzas.entrySet()) {
      Stanza stanza = entry.getValue();
      boolean foreign =
          !hostArchitecture.isEmpty()
              && !stanza.architecture.equals(hostArchitecture)
              && !stanza.architecture.equals("all");
      String name = foreign ? stanza.name + ":" + stanza.architecture : stanza.name;
      origins.put(entry.getKey(), new Origin(name, stanza.version));
    }
    return origins;
  }

  private void addAll(byte[] bytes) {
    String name = "";
    String architecture = "";
    String version = "";
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '\n') {
        continue;
      }
      if (i == start) {
        add(name, architecture, version);
        name = "";
        architecture = "";
        version = "";
      } else if (begins(bytes, start, "Package: ")) {
        name = text(bytes, start + 9, i);
      } else if (begins(bytes, start, "Architecture: ")) {
        architecture = text(bytes, start + 14, i);
      } else if (begins(bytes, start, "Version: ")) {
        version = text(bytes, start + 9, i);
      }
      start = i + 1;
    }
    add(name, architecture, version);
  }

  private void add(String name, String architecture, String version) {
    if (name.isEmpty()) {
      return;
    }
    if (name.equals("dpkg")) {
      hostArchitecture = architecture; // dpkg(1): its own architecture is the native one
    }
    String key = name + ":" + architecture;
    Stanza stanza = new Stanza(name, architecture, version);
    if (wanted.contains(key)) {
      stanzas.put(key, stanza);
    }
    if (wanted.contains(name)) {
      stanzas.put(name, stanza);
    }
  }

  private static boolean begins(byte[] bytes, int at, String field) {
    if (bytes[at] != field.charAt(0) || at + field.length() > bytes.length) {
      return false;
    }
    for (int i = 1; i < field.length(); i++) {
      if (bytes[at + i] != field.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }
}
