package brig.audit;

import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.tree.ManifestEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that the walk met. It is held by a descriptor of the very thing (O_PATH, which opens
 * nothing), so that what is asked of it is answered by what was looked at, whatever bears its name
 * by now. Only during {@link Rule#look} can more be asked than name and status.
 */
public final class Node {
  /** Enough for the beginning of every format that a rule knows. */
  private static final int HEAD = 64 * 1024;

  /** Paths with more names are shown without their middle: nobody can open them by path anyway. */
  private static final int MOST_NAMES = 200;

  private final @Nullable Node parent;
  private final String name;
  private final Stat stat;
  private final boolean inPlace;
  private final boolean reachable;
  private final @Nullable ManifestEntry planned;
  private final int depth;
  private @Nullable Fd place;
  private byte @Nullable [] head;

  Node(
      @Nullable Node parent,
      String name,
      Stat stat,
      boolean inPlace,
      boolean reachable,
      @Nullable ManifestEntry planned,
      Fd place) {
    this.parent = parent;
    this.name = name;
    this.stat = stat;
    this.inPlace = inPlace;
    this.reachable = reachable;
    this.planned = planned;
    this.place = place;
    this.depth = parent == null ? 0 : parent.depth + 1;
  }

  public @Nullable Node parent() {
    return parent;
  }

  /** The last name; the whole path for where a walk began. */
  public String name() {
    return name;
  }

  public Stat stat() {
    return stat;
  }

  int depth() {
    return depth;
  }

  /** In a place that the service may write to by intent. */
  public boolean inPlace() {
    return inPlace;
  }

  /** The service can pass all directories above. */
  public boolean reachable() {
    return reachable;
  }

  /** Why the plan has it: its first chain of reasons. */
  public String why() {
    return planned == null || planned.reasons().isEmpty()
        ? "no reason"
        : String.join(" -> ", planned.reasons().getFirst());
  }

  /** What the plan has there; null when it has nothing, or there is no plan. */
  public @Nullable ManifestEntry planned() {
    return planned;
  }

  /** A file that can be run: by its mode. */
  public boolean executable() {
    return stat.isFile() && (stat.mode() & 0111) != 0;
  }

  /** Absolute inside the jail. */
  public String path() {
    List<String> names = new ArrayList<>();
    Node top = this;
    for (Node n = this; n.parent != null; n = n.parent) {
      if (depth <= MOST_NAMES || names.size() < MOST_NAMES / 2 || n.depth <= MOST_NAMES / 2) {
        names.add(n.name);
      } else if (n.depth == MOST_NAMES / 2 + 1) {
        names.add("[... " + (depth - MOST_NAMES) + " more ...]");
      }
      top = n.parent;
    }
    StringBuilder path = new StringBuilder(top.name.equals("/") ? "" : top.name);
    for (int i = names.size() - 1; i >= 0; i--) {
      path.append('/').append(names.get(i));
    }
    return path.isEmpty() ? "/" : path.toString();
  }

  /** The path of the directory that holds it. */
  public String directory() {
    return parent == null ? "/" : parent.path();
  }

  Fd place() {
    if (place == null) {
      throw new IllegalStateException("no longer looked at: " + name);
    }
    return place;
  }

  void leave() {
    place = null;
    head = null;
  }

  /** Opens a regular file to read it, without noting that where the kernel lets us. */
  public Fd open() throws LinuxException {
    if (!stat.isFile()) {
      throw new LinuxException("open", path(), Errno.EINVAL);
    }
    try {
      return place().reopen(Fd.O_RDONLY | Fd.O_NONBLOCK | Fd.O_NOATIME);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EPERM) {
        throw e;
      }
      return place().reopen(Fd.O_RDONLY | Fd.O_NONBLOCK);
    }
  }

  /** The first 64 KiB of a regular file. */
  public byte[] head() throws LinuxException {
    byte[] known = head;
    if (known == null) {
      int most = (int) Math.min(stat.size(), HEAD);
      byte[] bytes = new byte[most];
      try (Fd file = open()) {
        int count = file.read(0, bytes, 0, most);
        known = count == most ? bytes : Arrays.copyOf(bytes, count);
      }
      head = known;
    }
    return known;
  }

  /** The text of a symbolic link. */
  public String target() throws LinuxException {
    return place().readLinkAt("");
  }

  /** The value of an extended attribute; null when it has none of that name. */
  public byte @Nullable [] attribute(String attribute) throws LinuxException {
    return Attributes.valueOrNull(place(), attribute);
  }

  /** Its access list, where mode and owner alone do not decide; null when it has none. */
  public @Nullable AccessList accessList() throws LinuxException {
    if (stat.isLink() || (stat.mode() & 070) == 0) {
      return null; // without the group's bits, which are the list's mask, no list grants anything
    }
    byte[] bytes = attribute(AccessList.ATTRIBUTE);
    return bytes == null ? null : AccessList.read(bytes);
  }
}
