package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Volume;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one generation: stages it, gives it its number, makes it current, and gives up what is not
 * needed any more.
 *
 * <p>What can be killed at which step: until the rename in {@link JailDirectory#finish} all is in a
 * directory whose name ends in {@code .tmp}; after it the generation is whole; the rename in {@link
 * JailDirectory#makeCurrent} is the swap.
 */
final class Staging {
  private final BuildOrder order;
  private final JailDirectory jail;
  private final Generations generations;
  private final Progress progress;

  /**
   * What is to be written.
   *
   * @param manifest renders the manifest when the files are there
   * @param beside files beside the tree, by name
   * @param places the writable places to be made where they are absent
   * @param needed what the whole tree takes, in bytes, for messages; 0 when that is not known
   */
  record Work(
      Seal.Manner manner,
      long modifiedNanos,
      TreeEdit edit,
      boolean ontoSpare,
      @Nullable Current base,
      Kept kept,
      TreeWriter.Directories directories,
      ManifestMaker manifest,
      Map<String, byte[]> beside,
      List<WritablePlaces.Place> places,
      long needed) {}

  /** Renders the manifest of a generation when its files are written. */
  @FunctionalInterface
  interface ManifestMaker {
    byte[] make(int number, Digests digests, List<Problem> warnings) throws IOException;
  }

  Staging(BuildOrder order, JailDirectory jail, Generations generations, Progress progress) {
    this.order = order;
    this.jail = jail;
    this.generations = generations;
    this.progress = progress;
  }

  /**
   * Does it.
   *
   * @param warnings gets what the person should know although it went well
   * @return the number of the new generation
   */
  int write(Work work, List<Problem> warnings) throws BrigException, IOException {
    List<Integer> numbers = jail.numbers();
    int number = numbers.isEmpty() ? 1 : numbers.getLast() + 1;
    try {
      stage(number, work, warnings);
      WritablePlaces.make(jail.directory(), work.places());
      jail.finish(number);
    } catch (IOException | BrigException | RuntimeException | Error e) {
      throw discard(number, e, work);
    }
    jail.makeCurrent(number);
    if (work.manner().immutable()) {
      jail.closed();
    }
    removeUnused(number, warnings);
    return number;
  }

  private void stage(int number, Work work, List<Problem> warnings) throws IOException {
    try (Fd stage = work.ontoSpare() ? jail.takeSpare(number) : jail.stage(number)) {
      if (!work.ontoSpare()) {
        Names.mkdir(stage, "root", 0700);
      }
      Digests digests = new Digests();
      try (Fd root = Names.openDirectory(stage, "root")) {
        writeTree(number, root, digests, work, warnings);
      }
      store(stage, Manifest.FILE, work.manifest().make(number, digests, warnings));
      store(stage, Current.JAILFILE, order.jailfile());
      store(stage, Current.PLACES, WritablePlaces.encode(work.places()));
      for (Map.Entry<String, byte[]> beside : work.beside().entrySet()) {
        store(stage, beside.getKey(), beside.getValue());
      }
      if (order.sync()) {
        Volume.sync(stage);
      }
    }
  }

  private void writeTree(int number, Fd root, Digests digests, Work work, List<Problem> warnings)
      throws IOException {
    TreeWriter writer = new TreeWriter(root, work.modifiedNanos(), work.manner(), digests);
    Current base = work.base();
    if (base == null) {
      writer.apply(work.edit(), null, work.directories(), progress);
    } else {
      openForSharing(base.number(), work.edit());
      try (Fd from = jail.root(base.number())) {
        writer.apply(work.edit(), from, work.directories(), progress);
        work.kept().carry(from, root, warnings);
      }
    }
    warnings.addAll(writer.warnings());
    if (work.manner().immutable()) {
      Problem problem = ImmutableTree.close(root, generations.root(number));
      if (problem != null) {
        warnings.add(problem);
      }
    }
  }

  /** A file that bears the immutable flag gets no further name (link(2), EPERM). */
  private void openForSharing(int base, TreeEdit edit) throws LinuxException {
    List<String> files = new ArrayList<>();
    for (ManifestEntry entry : edit.shares) {
      if (entry.isFile()) {
        files.add(entry.path());
      }
    }
    if (!files.isEmpty()) {
      jail.openFiles(base, files);
    }
  }

  /** For root alone: reasons and jailfile may tell more than the service should know. */
  private static void store(Fd stage, String name, byte[] content) throws LinuxException {
    Names.unlink(stage, name); // of the generation that this one is made of
    try (Fd file = Names.create(stage, name, 0600)) {
      file.write(content);
      file.finish();
    }
  }

  /** Removes what was half made, and says what it failed on. */
  private BrigException discard(int number, Throwable failure, Work work) throws IOException {
    Problem leftover = null;
    Problem refusal =
        failure instanceof LinuxException e
            ? Refusal.of(e, jail.directory().path(), work.needed())
            : null;
    try {
      jail.discard(number);
      jail.closeAgain();
    } catch (LinuxException e) {
      leftover = e.problem("cannot remove " + e.path()).remedy("The next build tries it again.");
    }
    if (failure instanceof HostChangedException e) {
      throw e;
    }
    if (failure instanceof BaseLostException e) {
      throw e;
    }
    if (failure instanceof BrigException e) {
      return e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    Problem problem = refusal != null ? refusal : Problem.of("cannot build " + order.jail());
    return new BrigException(
        brig.report.ExitCode.REFUSED,
        leftover == null ? List.of(problem) : List.of(problem, leftover));
  }

  private void removeUnused(int current, List<Problem> warnings) {
    try {
      List<Integer> unused = UnusedGenerations.of(generations, jail.numbers(), current);
      for (int i = unused.size() - 1; i >= 0; i--) {
        if (!jail.keepAsSpare(unused.get(i))) {
          jail.remove(unused.get(i));
        }
      }
    } catch (LinuxException e) {
      warnings.add(
          e.problem("cannot remove an old generation of " + order.jail())
              .remedy("The next build tries it again."));
    }
  }
}
