package brig.plan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which directories of the host a plan takes whole: every name in them, and in those below, is in
 * the plan as it is on the host, and nothing else is. Such a one can be shown as it stands, in
 * place of each of its files. A name that is left out, forbidden, made for the jail or laid over
 * makes its directory, and those above it, ones that are put together instead.
 *
 * <p>The names of a directory that is found to be whole are an input of the plan: one that comes or
 * goes later is a change. Of the others they are none, else every new program in /usr/bin would be.
 */
public final class WholeDirectories {
  /**
   * A directory of the host.
   *
   * @param source its path there
   */
  public record Whole(String source, FileStat stat) {}

  private final Host host;
  private final Host noted;
  private final Map<String, List<Entry>> children = new HashMap<>();
  private final Map<String, Whole> whole = new HashMap<>();

  private WholeDirectories(Host host, Host noted) {
    this.host = host;
    this.noted = noted;
  }

  /**
   * Finds them.
   *
   * @param entries of a plan, in its order
   * @param host is looked at
   * @param noted the same host, which notes what it is asked for as an input of the plan
   * @return by their paths inside; those in another that is whole are there too
   */
  public static Map<String, Whole> of(List<Entry> entries, Host host, Host noted)
      throws IOException {
    WholeDirectories directories = new WholeDirectories(host, noted);
    directories.find(entries);
    return directories.whole;
  }

  private void find(List<Entry> entries) throws IOException {
    for (Entry entry : entries) {
      if (!entry.path().equals("/")) {
        children.computeIfAbsent(Paths.parent(entry.path()), _ -> new ArrayList<>()).add(entry);
      }
    }
    // The entries are sorted, so that what is in a directory stands behind it.
    for (int i = entries.size() - 1; i > 0; i--) {
      if (entries.get(i) instanceof Entry.Directory directory) {
        Whole found = look(directory);
        if (found != null) {
          whole.put(directory.path(), found);
        }
      }
    }
  }

  private @Nullable Whole look(Entry.Directory directory) throws IOException {
    List<Entry> inside = children.getOrDefault(directory.path(), List.of());
    String source = source(directory, inside);
    FileStat stat = source == null ? null : host.lstat(source);
    if (source == null
        || stat == null
        || stat.type() != FileStat.Type.DIRECTORY
        || stat.mode() != directory.mode()
        || stat.uid() != directory.uid()
        || stat.gid() != directory.gid()) {
      return null;
    }
    if (!hasTheSame(source, inside)) {
      return null;
    }
    noted.list(source);
    return new Whole(source, stat);
  }

  /** The one directory of the host that all in it is from; null when there is no such one. */
  private @Nullable String source(Entry.Directory directory, List<Entry> inside) {
    String source = null;
    for (Entry entry : inside) {
      String of;
      if (entry instanceof Entry.File file && file.stat().type() == FileStat.Type.FILE) {
        of = file.source();
      } else if (entry instanceof Entry.Directory) {
        Whole below = whole.get(entry.path());
        if (below == null) {
          return null;
        }
        of = below.source();
      } else if (entry instanceof Entry.Link) {
        continue;
      } else {
        return null;
      }
      String above = Paths.parent(of);
      if (!Paths.name(of).equals(Paths.name(entry.path()))
          || (source != null && !source.equals(above))) {
        return null;
      }
      source = above;
    }
    return source == null ? directory.path() : source;
  }

  private boolean hasTheSame(String source, List<Entry> inside) throws IOException {
    List<String> names = host.list(source);
    if (names.size() != inside.size()) {
      return false;
    }
    // Both are sorted.
    for (int i = 0; i < names.size(); i++) {
      Entry entry = inside.get(i);
      String name = names.get(i);
      if (!Paths.name(entry.path()).equals(name)
          || (entry instanceof Entry.Link link
              && !link.target().equals(targetOf(source + "/" + name)))) {
        return false;
      }
    }
    return true;
  }

  private @Nullable String targetOf(String path) throws IOException {
    FileStat stat = host.lstat(path);
    return stat != null && stat.type() == FileStat.Type.LINK ? host.readLink(path) : null;
  }
}
