package brig.audit;

import brig.tree.Manifest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a jail that Brig built should be like.
 *
 * @param generation the current one, which is audited
 * @param manifest what it was built to hold
 * @param otherRoots the trees of the other generations, by their numbers: files may be shared with
 *     them, and a service may still run in one
 * @param otherPlaces directories beside the trees that may share files with them
 * @param startsAsRoot the jailfile lets the service begin as uid 0
 * @param capabilities those that the jailfile leaves to it, as a bit mask
 * @param jailfileChanged the jailfile is not what the generation was built from
 * @param changedInput the first path of the host that the plan was made from and that looks
 *     otherwise by now; null when none does
 */
public record Blueprint(
    int generation,
    Manifest manifest,
    Map<Integer, String> otherRoots,
    List<String> otherPlaces,
    boolean startsAsRoot,
    long capabilities,
    boolean jailfileChanged,
    @Nullable String changedInput) {
  /** What it shows of the host is behind read-only mounts without set-id bits and devices. */
  public boolean mounted() {
    return manifest.isMounted();
  }
}
