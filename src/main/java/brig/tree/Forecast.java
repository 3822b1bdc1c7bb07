package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Sha256;
import brig.plan.packages.Origin;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a build would make now. Nothing is written; every file of the host is read, for its hash.
 *
 * @param manifest as the next generation's would be
 * @param warnings of the plan and of the seal
 */
public record Forecast(Manifest manifest, List<Problem> warnings) {
  /**
   * Works it out.
   *
   * @throws BrigException when the jailfile cannot be planned, or a file goes away meanwhile
   */
  public static Forecast of(BuildOrder order) throws BrigException, IOException {
    Planning.Planned planned = order.planning().plan();
    List<Change> changes = Changes.of(planned.plan(), order);
    Seal.Outcome seal = order.seal().seal(planned.plan(), changes);
    Digests digests = new Digests();
    List<String> sources = new ArrayList<>();
    for (Change change : seal.changes()) {
      switch (change) {
        case Change.CopyFile file -> {
          digest(file, digests);
          sources.add(file.source());
        }
        case Change.MountFile file -> sources.add(file.source());
        case Change.WriteFile file ->
            digests.put(file.path(), file.content().length, 0, Sha256.of(file.content()));
        case Change.MakeDirectory _,
            Change.AddName _,
            Change.MakeLink _,
            Change.MakeDevice _,
            Change.MakeFifo _,
            Change.MakeMountPoint _ -> {}
      }
    }
    Map<String, Origin> origins = order.planning().origins(sources);
    List<Problem> warnings = new ArrayList<>(planned.plan().warnings());
    warnings.addAll(seal.warnings());
    return new Forecast(manifest(planned, seal, digests, origins), warnings);
  }

  /** Written and read again, so that it says whatever a manifest says. */
  private static Manifest manifest(
      Planning.Planned planned, Seal.Outcome seal, Digests digests, Map<String, Origin> origins) {
    ManifestHead head =
        new ManifestHead(
            planned.plan().jail(), 0, Instant.EPOCH.toString(), seal.manner().word(), 0, 0);
    byte[] text = ManifestWriter.of(head, planned.plan(), seal, digests, origins);
    try {
      return Manifest.parse(text);
    } catch (ManifestParser.BrokenException e) {
      throw new IllegalStateException("a manifest that was just written cannot be read", e);
    }
  }

  private static void digest(Change.CopyFile file, Digests digests) throws BrigException {
    try (Fd source = Fd.open(file.source(), Fd.O_RDONLY | Fd.O_NONBLOCK | Fd.O_NOFOLLOW)) {
      String sha256 = Sha256.of(source);
      digests.put(file.path(), file.stat().size(), file.stat().modifiedNanos(), sha256);
    } catch (LinuxException e) {
      throw BrigException.refused(
          e.problem("cannot read " + file.source())
              .remedy("Was it just replaced? Then try again."));
    }
  }
}
