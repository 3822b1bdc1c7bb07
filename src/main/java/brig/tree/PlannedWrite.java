package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Sha256;
import brig.plan.Inputs;
import brig.plan.packages.Origin;
import brig.report.Problem;
import brig.tree.ManifestParser.BrokenException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is to be written for a plan, and what of it can be taken over. */
final class PlannedWrite {
  private final BuildOrder order;
  private final Planning.Planned planned;
  private final Seal.Outcome seal;

  /** Null: all is made anew. */
  private final @Nullable Current base;

  private final @Nullable ManifestLines lines;
  private final long modifiedNanos;
  private final Map<String, Change> directories = new HashMap<>();
  private Kept kept = new Kept();
  private TreeEdit edit;
  private TreeEdit difference;
  private boolean ontoSpare;
  private List<TreeItem> items = List.of();
  private List<String> paths = List.of();
  private boolean nothing;
  private long packages;
  private final Map<String, Origin> origins = new HashMap<>();
  private @Nullable OriginSearch search;

  private PlannedWrite(
      BuildOrder order,
      Planning.Planned planned,
      Seal.Outcome seal,
      @Nullable Current base,
      @Nullable ManifestLines lines)
      throws LinuxException {
    this.order = order;
    this.planned = planned;
    this.seal = seal;
    this.base = base;
    this.lines = lines;
    // The same jailfile, touched: what it made keeps its time, and can so be taken over.
    boolean sameJailfile = base != null && lines != null && base.isOf(order.jailfile());
    this.modifiedNanos =
        sameJailfile && lines != null ? lines.head().modifiedNanos() : order.modifiedNanos();
    this.edit = TreeEdit.of(seal.changes());
    this.difference = edit;
  }

  /**
   * Compares a plan with the current generation.
   *
   * @param current null: nothing is to be taken over
   */
  static PlannedWrite of(
      BuildOrder order,
      JailDirectory jail,
      Planning.Planned planned,
      Seal.Outcome seal,
      @Nullable Current current)
      throws IOException {
    if (current == null) {
      return new PlannedWrite(order, planned, seal, null, null);
    }
    PlannedWrite write = compare(order, planned, seal, current);
    try {
      if (!write.nothing && write.lines != null) {
        write.prepare(jail, current, write.lines);
      }
      return write;
    } catch (BrokenException e) {
      return new PlannedWrite(order, planned, seal, null, null);
    }
  }

  /** The comparison alone. */
  static PlannedWrite compare(
      BuildOrder order, Planning.Planned planned, Seal.Outcome seal, Current current)
      throws IOException {
    try {
      ManifestLines lines = current.manifest();
      PlannedWrite write = new PlannedWrite(order, planned, seal, current, lines);
      write.compare(current, lines);
      return write;
    } catch (BrokenException e) {
      return new PlannedWrite(order, planned, seal, null, null);
    }
  }

  private void compare(Current current, ManifestLines before) throws IOException {
    byte[] encoded = current.inputs();
    Inputs inputs = encoded == null ? null : Inputs.decodeOfAny(encoded);
    try (Fd root = Fd.open(current.root(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW)) {
      items =
          new Takeover(before, inputs, root, seal.manner(), modifiedNanos).items(seal.changes());
    }
    difference = TreeEdit.of(items, before.entries(), true);
    paths = List.copyOf(difference.paths());
    boolean sameTree =
        difference.isEmpty()
            && before.head().seal().equals(seal.manner().word())
            && before.head().modifiedNanos() == modifiedNanos;
    nothing = sameTree && current.isOf(order.jailfile()) && isSameBeside(current);
  }

  private void prepare(JailDirectory jail, Current current, ManifestLines before)
      throws IOException {
    kept = Kept.in(current.root(), before);
    keepChanged(jail, current, before);
    ManifestLines spare =
        seal.manner().immutable() ? null : Spare.find(jail, head(0, 0), modifiedNanos);
    ontoSpare = spare != null;
    edit = TreeEdit.of(items, spare == null ? List.of() : spare.entries(), false);
    kept.leaveOut(edit, ontoSpare);
    for (Change change : seal.changes()) {
      if (change instanceof Change.MakeDirectory
          || (change instanceof Change.MakeMountPoint mount && mount.directory())) {
        directories.put(change.path(), change);
      }
    }
  }

  /** Files that the plan has another content for, and that somebody changed in the jail. */
  private void keepChanged(JailDirectory jail, Current current, ManifestLines before)
      throws IOException {
    try (Fd root = jail.root(current.number());
        ParentDirectory parent = new ParentDirectory(root)) {
      for (String path : difference.paths()) {
        int line = before.find(path);
        if (line < 0 || path.equals("/")) {
          continue;
        }
        ManifestEntry entry = before.entry(line);
        if (entry.isFile()
            && Kept.isChanged(entry, before.head(), parent.of(path), ParentDirectory.name(path))) {
          kept.add(path);
        }
      }
    }
  }

  private boolean isSameBeside(Current current) throws LinuxException {
    for (Map.Entry<String, byte[]> file : planned.beside().entrySet()) {
      if (!Arrays.equals(current.file(file.getKey()), file.getValue())) {
        return false;
      }
    }
    byte[] places = WritablePlaces.encode(WritablePlaces.of(planned.plan()));
    return Arrays.equals(current.file(Current.PLACES), places);
  }

  /** Whether the current generation is what the plan wants already. */
  boolean isNothing() {
    return nothing;
  }

  @Nullable Current base() {
    return base;
  }

  /** The current generation, when {@link #isNothing}. */
  Current before() {
    Current current = base;
    if (current == null) {
      throw new IllegalStateException("nothing was built before");
    }
    return current;
  }

  /** What is another than in the current generation, or gone. */
  List<String> paths() {
    return paths;
  }

  Staging.Work work() throws IOException {
    startSearch();
    Map<String, byte[]> beside = new HashMap<>(planned.beside());
    beside.put(Current.INPUTS, planned.inputs().encode());
    return new Staging.Work(
        seal.manner(),
        modifiedNanos,
        edit,
        ontoSpare,
        base,
        kept,
        directories::get,
        this::manifest,
        beside,
        WritablePlaces.of(planned.plan()),
        Tally.of(seal.changes()).bytes());
  }

  private ManifestHead head(int number, long packages) {
    return new ManifestHead(
        planned.plan().jail(),
        number,
        Instant.now().toString(),
        seal.manner().word(),
        modifiedNanos,
        packages);
  }

  private byte[] manifest(int number, Digests digests, List<Problem> warnings) throws IOException {
    for (int i = 0; i < seal.changes().size(); i++) {
      ManifestEntry same = items.isEmpty() ? null : items.get(i).base();
      if (same != null && same.isFile()) {
        digests.put(same);
      } else if (!kept.isEmpty()) {
        digestUnwritten(seal.changes().get(i), digests);
      }
    }
    OriginSearch running = search;
    if (running != null) {
      origins.putAll(running.found(warnings));
    }
    return ManifestWriter.of(head(number, packages), planned.plan(), seal, digests, origins);
  }

  /** Where the site's file is kept, the manifest has the plan's: an audit tells the difference. */
  private static void digestUnwritten(Change change, Digests digests) throws LinuxException {
    if (digests.has(change.path())) {
      return;
    }
    if (change instanceof Change.WriteFile w) {
      digests.put(w.path(), w.content().length, 0, Sha256.of(w.content()));
    } else if (change instanceof Change.CopyFile f) {
      try (Fd source = Fd.open(f.source(), Fd.O_RDONLY | Fd.O_NONBLOCK | Fd.O_NOFOLLOW)) {
        digests.put(f.path(), f.stat().size(), f.stat().modifiedNanos(), Sha256.of(source));
      }
    }
  }

  /** Begins to look up packages; a file that looks as it did is of the package that it was. */
  private void startSearch() throws IOException {
    packages = order.planning().originsPrint();
    boolean samePackages = lines != null && lines.head().packages() == packages;
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < seal.changes().size(); i++) {
      if (!(seal.changes().get(i) instanceof Change.CopyFile file)) {
        continue;
      }
      ManifestEntry same = items.isEmpty() ? null : items.get(i).base();
      if (same == null && samePackages && lines != null) {
        int line = lines.find(file.path());
        ManifestEntry entry = line < 0 ? null : lines.entry(line);
        same = entry != null && file.source().equals(entry.source()) ? entry : null;
      }
      if (same == null) {
        asked.add(file.source());
      } else if (same.origin() != null) {
        origins.put(file.source(), same.origin());
      }
    }
    if (!asked.isEmpty()) {
      search = new OriginSearch(order.planning(), asked);
    }
  }
}
