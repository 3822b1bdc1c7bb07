package brig.cli.service;

import brig.cli.command.Context;
import brig.launch.service.JailStatus;
import brig.launch.service.MappedFiles;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.tree.Comparison;
import brig.tree.Difference;
import brig.tree.Manifest;
import brig.tree.ManifestEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which programs and libraries a service has in its memory that the current generation, or in mode
 * "bind" the host, has replaced or dropped: what a restart would change.
 */
final class ReplacedFiles {
  private ReplacedFiles() {}

  /** Paths inside, sorted; none when there are none, or that cannot be told. */
  static List<String> of(JailStatus jail, Context context) throws IOException {
    RunState noted = jail.noted();
    if (noted == null || jail.state() != JailStatus.State.RUNNING) {
      return List.of();
    }
    if (noted.mounted()) {
      return MappedFiles.replaced(Running.members(noted), noted.root());
    }
    if (jail.current() == 0 || noted.generation() == jail.current()) {
      return List.of();
    }
    List<Difference> differences;
    try {
      differences =
          Comparison.of(
              Manifest.read(context.paths(), jail.name(), noted.generation()),
              Manifest.read(context.paths(), jail.name(), jail.current()));
    } catch (BrigException | IOException e) {
      return List.of(); // a manifest is damaged, or not ours to read: nothing can be told
    }
    MappedFiles mapped = MappedFiles.of(Running.members(noted));
    List<String> replaced = new ArrayList<>();
    for (Difference difference : differences) {
      ManifestEntry from = difference.from();
      boolean content =
          difference.isRemoved() || difference.aspects().contains(Difference.Aspect.CONTENT);
      if (from != null && from.isFile() && content) {
        Stat stat = Stat.ofLink(noted.root() + difference.path());
        if (stat != null && mapped.contains(stat)) {
          replaced.add(difference.path());
        }
      }
    }
    return replaced;
  }
}
