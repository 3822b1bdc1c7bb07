package brig.tree;

/**
 * What a generation comes to.
 *
 * @param time when it was built, in ISO 8601
 * @param files copied or made for the jail, every name counted; {@code links} symbolic
 * @param bytes the sizes of the files, each content counted once
 */
public record GenerationSummary(int number, String time, int files, int links, long bytes) {
  public static GenerationSummary of(Manifest manifest) {
    int files = 0;
    int links = 0;
    long bytes = 0;
    for (ManifestEntry entry : manifest.entries()) {
      if (entry.isFile()) {
        files++;
        bytes += entry.sameAs() == null ? entry.size() : 0;
      } else if (entry.kind() == ManifestEntry.Kind.LINK) {
        links++;
      }
    }
    return new GenerationSummary(manifest.generation(), manifest.time(), files, links, bytes);
  }
}
