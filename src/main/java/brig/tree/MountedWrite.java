package brig.tree;

import brig.linux.LinuxException;
import brig.linux.Sha256;
import brig.plan.packages.Origin;
import brig.report.BrigException;
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

/**
 * What is kept of a plan whose files are mounted at start: the manifest, what a start makes and
 * mounts, an empty directory as the place of its root, and no file.
 */
final class MountedWrite {
  /** In place of the word of a {@link Seal.Manner}: a tree of files is never taken over from it. */
  static final String SEAL = "mounted";

  private final BuildOrder order;
  private final Planning.Planned planned;
  private final Seal.Outcome seal;
  private final MountPlan mounts;
  private final @Nullable Current current;
  private final @Nullable ManifestLines before;
  private final Map<String, Origin> origins = new HashMap<>();
  private final long packages;

  private MountedWrite(
      BuildOrder order,
      Planning.Planned planned,
      Seal.Outcome seal,
      @Nullable Current current,
      @Nullable ManifestLines before)
      throws IOException {
    List<Change> changes = MountPlan.asOnHost(planned.plan(), seal.changes(), planned.whole());
    this.order = order;
    this.planned = planned;
    this.seal = new Seal.Outcome(changes, seal.manner(), seal.warnings());
    this.mounts = MountPlan.of(changes, planned.whole());
    this.current = current;
    this.before = before;
    this.packages = order.planning().originsPrint();
  }

  /**
   * Compares it with the current generation.
   *
   * @param current null: nothing is to be compared with
   */
  static MountedWrite of(
      BuildOrder order,
      Planning.Planned planned,
      Seal.Outcome seal,
      @Nullable Current current,
      List<Problem> warnings)
      throws IOException {
    ManifestLines before = null;
    try {
      ManifestLines lines = current == null ? null : current.manifest();
      before = lines != null && lines.head().seal().equals(SEAL) ? lines : null;
    } catch (BrokenException e) {
      before = null; // made anew
    }
    MountedWrite write =
        new MountedWrite(order, planned, seal, before == null ? null : current, before);
    write.findOrigins(warnings);
    return write;
  }

  /** What a start of the jail would make and mount if it were planned now; nothing is kept. */
  static MountPlan planNow(BuildOrder order) throws BrigException, IOException {
    Planning.Planned planned = order.planning().plan();
    List<Change> changes = Changes.of(planned.plan(), order);
    Seal.Outcome seal = order.seal().seal(planned.plan(), changes);
    return MountPlan.of(
        MountPlan.asOnHost(planned.plan(), seal.changes(), planned.whole()), planned.whole());
  }

  private void findOrigins(List<Problem> warnings) throws IOException {
    boolean same = before != null && before.head().packages() == packages;
    List<String> asked = new ArrayList<>();
    for (Change change : seal.changes()) {
      if (change instanceof Change.MountFile file) {
        ManifestEntry then = same && before != null ? find(before, file.path()) : null;
        if (then == null || !file.source().equals(then.source())) {
          asked.add(file.source());
        } else if (then.origin() != null) {
          origins.put(file.source(), then.origin());
        }
      }
    }
    if (!asked.isEmpty()) {
      origins.putAll(new OriginSearch(order.planning(), asked).found(warnings));
    }
  }

  private static @Nullable ManifestEntry find(ManifestLines lines, String path)
      throws BrokenException {
    int line = lines.find(path);
    return line < 0 ? null : lines.entry(line);
  }

  /** What is another than in the current generation, or gone; empty when all is anew. */
  List<String> paths() throws IOException {
    List<String> paths = new ArrayList<>();
    ManifestLines lines = before;
    if (lines != null) {
      ManifestHead head = lines.head();
      Manifest then =
          new Manifest(head.jail(), head.generation(), head.time(), SEAL, lines.entries());
      for (Difference difference : Comparison.of(then, Manifest.parse(manifest(0)))) {
        paths.add(difference.path());
      }
    }
    return paths;
  }

  /** Whether the current generation is what the plan wants already. */
  boolean isNothing() throws IOException {
    Current now = current;
    return now != null && now.isOf(order.jailfile()) && paths().isEmpty() && isSameBeside(now);
  }

  private boolean isSameBeside(Current now) throws IOException {
    for (Map.Entry<String, byte[]> file : beside().entrySet()) {
      if (!file.getKey().equals(Current.INPUTS)
          && !Arrays.equals(now.file(file.getKey()), file.getValue())) {
        return false;
      }
    }
    byte[] places = WritablePlaces.encode(WritablePlaces.of(planned.plan()));
    return Arrays.equals(now.file(Current.PLACES), places);
  }

  private Map<String, byte[]> beside() throws IOException {
    Map<String, byte[]> beside = new HashMap<>(planned.beside());
    beside.put(Current.INPUTS, planned.inputs().encode());
    beside.put(MountPlan.FILE, MountPlanFile.encode(mounts));
    return beside;
  }

  /** The current generation, when it is of the same kind. */
  @Nullable Current base() {
    return current;
  }

  int mountCount() {
    return mounts.mounts().size();
  }

  Staging.Work work() throws IOException {
    TreeEdit root = TreeEdit.of(List.of(new Change.MakeDirectory("/", 0755, 0, 0)));
    return new Staging.Work(
        Seal.Manner.PLAIN,
        order.modifiedNanos(),
        root,
        false,
        null,
        new Kept(),
        _ -> null,
        (number, _, _) -> manifest(number),
        beside(),
        WritablePlaces.of(planned.plan()),
        0);
  }

  private byte[] manifest(int number) throws LinuxException {
    Digests digests = new Digests();
    for (Change change : seal.changes()) {
      if (change instanceof Change.WriteFile file) {
        digests.put(file.path(), file.content().length, 0, Sha256.of(file.content()));
      }
    }
    ManifestHead head =
        new ManifestHead(
            planned.plan().jail(),
            number,
            Instant.now().toString(),
            SEAL,
            order.modifiedNanos(),
            packages);
    return ManifestWriter.of(head, planned.plan(), seal, digests, origins);
  }
}
