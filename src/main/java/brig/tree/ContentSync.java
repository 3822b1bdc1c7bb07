package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Sha256;
import brig.linux.Stat;
import brig.plan.FileStat;
import brig.plan.HostDrift;
import brig.plan.Inputs;
import brig.plan.packages.Origin;
import brig.report.BrigException;
import brig.report.Problem;
import brig.tree.ManifestParser.BrokenException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings the current generation in step with a host of which only contents of files changed, so
 * that the plan would come out the same: no plan is made, and of the manifest only the lines of
 * those files are read and written.
 */
final class ContentSync {
  private final BuildOrder order;
  private final JailDirectory jail;
  private final Staging staging;
  private final Current current;
  private final ManifestLines lines;
  private final Seal.Manner manner;
  private final Kept kept;

  /** Files to be copied anew, by their lines. */
  private final TreeMap<Integer, Change.CopyFile> copies = new TreeMap<>();

  private final Map<Integer, ManifestEntry> entries = new HashMap<>();

  /**
   * What it did.
   *
   * @param generation the new one; 0: nothing needed to be written
   */
  record Result(int generation, List<String> paths, int allFiles) {}

  private ContentSync(BuildOrder order, JailDirectory jail, Staging staging, Current current)
      throws LinuxException, BrokenException {
    this.order = order;
    this.jail = jail;
    this.staging = staging;
    this.current = current;
    this.lines = current.manifest();
    this.manner = Seal.Manner.of(lines.head().seal());
    this.kept = Kept.in(current.root(), lines);
  }

  /**
   * Does it.
   *
   * @return null when it takes a plan after all
   */
  static @Nullable Result run(
      BuildOrder order,
      JailDirectory jail,
      Staging staging,
      Current current,
      HostDrift drift,
      List<Problem> warnings)
      throws BrigException, IOException {
    List<WritablePlaces.Place> places = current.places();
    Inputs now = drift.now();
    if (places == null || now == null) {
      return null;
    }
    // While the manifest is read: what changed is to be hashed, and the library loads slowly.
    Thread.ofPlatform().daemon(true).name("sha256").start(Sha256::prepare);
    try {
      ContentSync sync = new ContentSync(order, jail, staging, current);
      // Another seal may look into the files: what it would say now is not known.
      if (sync.manner.immutable() || !sync.find(drift.contents(), now)) {
        return null;
      }
      if (sync.copies.isEmpty()) {
        jail.replace(current.number(), Current.INPUTS, now.encode());
        WritablePlaces.make(jail.directory(), places);
        return new Result(0, List.of(), 0);
      }
      return sync.write(now, places, warnings);
    } catch (BrokenException e) {
      return null; // a plan and a whole manifest mend it
    }
  }

  /** Finds the entries whose content is another; false when there is one that takes a plan. */
  private boolean find(List<String> sources, Inputs now) throws LinuxException, BrokenException {
    if (sources.isEmpty()) {
      return true;
    }
    try (Fd root = jail.root(current.number());
        ParentDirectory parent = new ParentDirectory(root)) {
      for (int line : lines.linesOfSources(new HashSet<>(sources))) {
        ManifestEntry entry = lines.entry(line);
        String source = String.valueOf(entry.source());
        FileStat stat = now.stat(source);
        if (entry.sameAs() != null || stat == null) {
          return false;
        }
        Fd directory = parent.of(entry.path());
        if (stat.size() == entry.size()
            && Takeover.hasSameContent(source, entry, directory, manner)) {
          continue;
        }
        String name = ParentDirectory.name(entry.path());
        if (Kept.isChanged(entry, lines.head(), directory, name)) {
          kept.add(entry.path());
        }
        if (!kept.holds(entry.path())) {
          entries.put(line, entry);
          copies.put(
              line,
              new Change.CopyFile(
                  entry.path(), source, stat, entry.mode(), entry.uid(), entry.gid()));
        }
      }
    }
    return true;
  }

  private Result write(Inputs now, List<WritablePlaces.Place> places, List<Problem> warnings)
      throws BrigException, IOException, BrokenException {
    ManifestLines spare = Spare.find(jail, lines.head(), lines.head().modifiedNanos());
    TreeEdit edit = spare == null ? wholeTree() : difference(spare);
    kept.leaveOut(edit, spare != null);
    Map<String, byte[]> beside = new HashMap<>();
    beside.put(Current.INPUTS, now.encode());
    for (String name : order.besides()) {
      byte[] content = current.file(name);
      if (content == null) {
        throw new BrokenException(name + " is gone");
      }
      beside.put(name, content);
    }
    long needed = 0;
    List<String> paths = new ArrayList<>();
    for (Change.CopyFile copy : copies.values()) {
      needed += copy.stat().size();
      paths.add(copy.path());
    }
    int generation =
        staging.write(
            new Staging.Work(
                manner,
                lines.head().modifiedNanos(),
                edit,
                spare != null,
                current,
                kept,
                this::directory,
                this::manifest,
                beside,
                places,
                needed),
            warnings);
    return new Result(generation, paths, lines.files());
  }

  private byte[] manifest(int number, Digests digests, List<Problem> warnings) throws IOException {
    ManifestHead old = lines.head();
    long packages = order.planning().originsPrint();
    Map<String, Origin> origins = Map.of();
    if (packages != old.packages()) {
      List<String> sources = new ArrayList<>();
      for (Change.CopyFile copy : copies.values()) {
        sources.add(copy.source());
      }
      origins = new OriginSearch(order.planning(), sources).found(warnings);
    }
    Map<Integer, String> replaced = new HashMap<>();
    for (Map.Entry<Integer, Change.CopyFile> copy : copies.entrySet()) {
      int line = copy.getKey();
      ManifestEntry entry = entries.get(line);
      Origin origin =
          packages == old.packages() && entry != null
              ? entry.origin()
              : origins.get(copy.getValue().source());
      String path = copy.getValue().path();
      replaced.put(line, ManifestWriter.changed(lines.text(line), digests, path, origin));
    }
    return lines.with(
        new ManifestHead(
            old.jail(),
            number,
            Instant.now().toString(),
            old.seal(),
            old.modifiedNanos(),
            packages),
        replaced);
  }

  /** The edit that makes the tree of an empty directory. */
  private TreeEdit wholeTree() throws LinuxException, BrokenException {
    List<TreeItem> items = new ArrayList<>(lines.count());
    for (int line = 0; line < lines.count(); line++) {
      items.add(item(line));
    }
    return TreeEdit.of(items, List.of(), false);
  }

  /** The edit that makes it of the spare tree: only lines that differ are read. */
  private TreeEdit difference(ManifestLines spare) throws LinuxException, BrokenException {
    List<TreeItem> items = new ArrayList<>();
    List<ManifestEntry> there = new ArrayList<>();
    int ours = 0;
    int theirs = 0;
    while (ours < lines.count() || theirs < spare.count()) {
      int order;
      if (ours == lines.count()) {
        order = 1;
      } else if (theirs == spare.count()) {
        order = -1;
      } else if (lines.isSame(ours, spare, theirs) && !copies.containsKey(ours)) {
        ours++;
        theirs++;
        continue;
      } else {
        order = lines.path(ours).compareTo(spare.path(theirs));
      }
      if (order <= 0) {
        items.add(item(ours++));
      }
      if (order >= 0) {
        there.add(spare.entry(theirs++));
      }
    }
    return TreeEdit.of(items, there, false);
  }

  private TreeItem item(int line) throws LinuxException, BrokenException {
    Change.CopyFile copy = copies.get(line);
    return copy == null ? item(lines.entry(line)) : TreeItem.made(copy);
  }

  private @Nullable Change directory(String path) throws IOException {
    int line = lines.find(path);
    return line < 0 ? null : item(lines.entry(line)).make();
  }

  /** An entry of the current generation, as the next one is to have it. */
  private TreeItem item(ManifestEntry e) throws LinuxException {
    return switch (e.kind()) {
      case FILE, GENERATED, LINK, MOUNTED -> TreeItem.same(e);
      case DIRECTORY ->
          TreeItem.made(new Change.MakeDirectory(e.path(), e.mode(), e.uid(), e.gid()));
      case WRITABLE, TEMPORARY -> TreeItem.made(new Change.MakeMountPoint(e.path(), true));
      case SOCKET -> TreeItem.made(new Change.MakeMountPoint(e.path(), isDirectory(e.path())));
      case DEVICE -> {
        ManifestEntry.Device device = e.device();
        yield TreeItem.made(
            e.source() != null || device == null
                ? new Change.MakeMountPoint(e.path(), false)
                : new Change.MakeDevice(
                    e.path(), device.block(), device.major(), device.minor(), e.mode()));
      }
      case FIFO -> {
        FileStat stat =
            new FileStat(
                FileStat.Type.FIFO,
                e.mode(),
                e.uid(),
                e.gid(),
                0,
                0,
                0,
                1,
                0,
                e.modifiedNanos(),
                0);
        yield TreeItem.made(new Change.MakeFifo(e.path(), stat, e.mode(), e.uid(), e.gid()));
      }
    };
  }

  private boolean isDirectory(String path) throws LinuxException {
    Stat stat = Stat.ofLink(current.root() + path);
    return stat != null && stat.isDirectory();
  }
}
