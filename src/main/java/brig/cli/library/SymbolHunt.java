package brig.cli.library;

import brig.elf.ByteSource;
import brig.elf.SymbolEntry;
import brig.elf.SymbolSearch;
import brig.plan.FileStat;
import brig.plan.Host;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks for a symbol in all files of some directories; each file once, however it is named. */
public final class SymbolHunt {
  /** One file that speaks of the symbol. */
  public record Hit(String file, SymbolEntry entry) {}

  private record Identity(long device, long inode) {}

  private final Host host;
  private final String name;
  private final Set<Identity> seen = new HashSet<>();
  private final List<Hit> hits = new ArrayList<>();
  private final List<String> unread = new ArrayList<>();

  public SymbolHunt(Host host, String name) {
    this.host = host;
    this.name = name;
  }

  public List<Hit> hits() {
    return hits;
  }

  /** Files that are damaged or cannot be read. */
  List<String> unread() {
    return unread;
  }

  /** The files in a directory, not those below it; links count where they lead to others. */
  public void searchFlat(String directory) throws IOException {
    List<String> links = new ArrayList<>();
    for (String child : host.list(directory)) {
      String path = join(directory, child);
      FileStat stat = host.lstat(path);
      if (stat != null && stat.type() == FileStat.Type.FILE) {
        look(path, stat);
      } else if (stat != null && stat.type() == FileStat.Type.LINK) {
        links.add(path);
      }
    }
    for (String link : links) {
      FileStat stat = followed(link);
      if (stat != null && stat.type() == FileStat.Type.FILE) {
        look(link, stat);
      }
    }
  }

  /** All files in and below a directory; links are not followed. */
  void searchBelow(String directory) throws IOException {
    Deque<String> left = new ArrayDeque<>();
    left.add(directory);
    while (!left.isEmpty()) {
      String here = left.removeLast();
      List<String> children;
      try {
        children = host.list(here);
      } catch (IOException e) {
        unread.add(here);
        continue;
      }
      for (String child : children) {
        String path = join(here, child);
        FileStat stat = host.lstat(path);
        if (stat != null && stat.type() == FileStat.Type.DIRECTORY) {
          left.add(path);
        } else if (stat != null && stat.type() == FileStat.Type.FILE) {
          look(path, stat);
        }
      }
    }
  }

  private static String join(String directory, String child) {
    return directory.endsWith("/") ? directory + child : directory + "/" + child;
  }

  private @Nullable FileStat followed(String link) throws IOException {
    String at = link;
    FileStat stat = host.lstat(at);
    for (int i = 0; i < 40 && stat != null && stat.type() == FileStat.Type.LINK; i++) {
      String text = host.readLink(at);
      at = text.startsWith("/") ? text : at.substring(0, at.lastIndexOf('/') + 1) + text;
      stat = host.lstat(at);
    }
    return stat;
  }

  private void look(String path, FileStat stat) {
    if (stat.size() < 52 || !seen.add(new Identity(stat.device(), stat.inode()))) {
      return;
    }
    try (ByteSource source = host.open(path)) {
      for (SymbolEntry entry : SymbolSearch.find(source, name)) {
        hits.add(new Hit(path, entry));
      }
    } catch (IOException e) {
      unread.add(path);
    }
  }
}
