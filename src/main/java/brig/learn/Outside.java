package brig.learn;

import brig.plan.FileStat;
import brig.plan.Host;
import brig.plan.HostAccounts;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The host by the paths of the jail: what [files] map moves is looked up where its bytes are. */
final class Outside {
  private static final int MOST_LINKS = 40; // as the kernel follows

  private final Host host;
  private final HostAccounts accounts;
  private final List<Located<JailSpec.MountedPath>> mapped;

  /**
   * What a path leads to.
   *
   * @param path on the host; its last component is no link
   */
  record Found(String path, FileStat stat) {
    boolean isDirectory() {
      return stat.type() == FileStat.Type.DIRECTORY;
    }

    boolean isFile() {
      return stat.type() == FileStat.Type.FILE;
    }
  }

  Outside(Host host, JailSpec spec) throws IOException {
    this.host = host;
    this.accounts = new HostAccounts(host);
    this.mapped = spec.files().mapped();
  }

  private String outside(String inside) {
    String best = inside;
    int length = -1;
    for (Located<JailSpec.MountedPath> one : mapped) {
      String from = one.value().inside();
      boolean below =
          inside.equals(from) || (inside.startsWith(from) && inside.charAt(from.length()) == '/');
      if (below && from.length() > length) {
        length = from.length();
        best = one.value().outside() + inside.substring(from.length());
      }
    }
    return best;
  }

  /** Null when nothing is there, or it cannot be looked at. */
  @Nullable Found find(String path) {
    String at = path;
    try {
      for (int links = 0; links < MOST_LINKS; links++) {
        String there = outside(at);
        FileStat stat = host.lstat(there);
        if (stat == null) {
          return null;
        }
        if (stat.type() != FileStat.Type.LINK) {
          return new Found(there, stat);
        }
        String target = host.readLink(there);
        at = target.startsWith("/") ? target : parent(at) + "/" + target;
      }
    } catch (IOException unreadable) {
      return null;
    }
    return null;
  }

  HostAccounts accounts() {
    return accounts;
  }

  /** The names in a directory; none when it is not one. */
  List<String> names(String path) {
    Found found = find(path);
    if (found == null || !found.isDirectory()) {
      return List.of();
    }
    try {
      return host.list(found.path());
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  /** The first bytes of a file, as execve(2) sees it; none when it cannot be read. */
  byte[] head(Found file) {
    try {
      return host.head(file.path());
    } catch (IOException unreadable) {
      return new byte[0];
    }
  }

  /** A small text; empty when it is large, or cannot be read. */
  byte[] small(Found file, int largest) {
    try {
      return file.stat().size() > largest ? new byte[0] : host.read(file.path());
    } catch (IOException unreadable) {
      return new byte[0];
    }
  }

  /** Without {@code ..}: each taken where the links before it lead, as the kernel does. */
  String plain(String path) {
    if (!path.contains("/..")) {
      return withoutEmptyNames(path);
    }
    String at = "";
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        at = parent(real(at));
      } else if (!name.isEmpty() && !name.equals(".")) {
        at = at + "/" + name;
      }
    }
    return at.isEmpty() ? "/" : at;
  }

  private static String withoutEmptyNames(String path) {
    boolean plain =
        !path.contains("//")
            && !path.contains("/./")
            && !path.endsWith("/.")
            && (!path.endsWith("/") || path.equals("/"));
    if (plain) {
      return path;
    }
    StringBuilder names = new StringBuilder();
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty() && !name.equals(".")) {
        names.append('/').append(name);
      }
    }
    return names.isEmpty() ? "/" : names.toString();
  }

  /** Where a path leads, every link on the way followed; the text alone when nothing is there. */
  String realPath(String path) {
    String at = "";
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty()) {
        at = real(at + "/" + name);
      }
    }
    return at;
  }

  private String real(String path) {
    String at = path;
    try {
      for (int links = 0; links < MOST_LINKS; links++) {
        FileStat stat = at.isEmpty() ? null : host.lstat(outside(at));
        if (stat == null || stat.type() != FileStat.Type.LINK) {
          return at;
        }
        String target = host.readLink(outside(at));
        at = realPath(plain(target.startsWith("/") ? target : parent(at) + "/" + target));
      }
    } catch (IOException unreadable) {
      return at;
    }
    return at;
  }

  static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }
}
