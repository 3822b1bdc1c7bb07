package brig.tree;

import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a generation holds, as it was built: {@code manifest.json}.
 *
 * @param time when it was built, in ISO 8601
 * @param seal the word of its {@link Seal.Manner}
 * @param entries sorted by path, one for each path, the root directory first
 */
public record Manifest(
    String jail, int generation, String time, String seal, List<ManifestEntry> entries) {
  /** The file of a generation that holds it. */
  public static final String FILE = "manifest.json";

  public Manifest {
    entries = List.copyOf(entries);
  }

  /**
   * Reads the manifest of a generation.
   *
   * @throws BrigException when there is none, or when it is damaged: what is wrong, on which line
   */
  public static Manifest read(JailPaths paths, String jail, int generation)
      throws BrigException, LinuxException {
    String file = paths.generation(jail, generation) + "/" + FILE;
    byte[] text = Generations.of(paths, jail).file(generation, FILE);
    String answer = "there is no such file";
    try {
      if (text != null) {
        return parse(text);
      }
    } catch (ManifestParser.BrokenException e) {
      answer = String.valueOf(e.getMessage());
    }
    throw BrigException.refused(
        Problem.of("cannot read the manifest " + file)
            .answered(answer)
            .remedy("'brig build --again " + jail + "' makes a generation with a new one."));
  }

  /** Whether its files are mounted at start, and none is on the disk. */
  public boolean isMounted() {
    return seal.equals(MountedWrite.SEAL);
  }

  static Manifest parse(byte[] text) throws ManifestParser.BrokenException {
    return new ManifestParser(text, 0).manifest();
  }

  /** The entry of that very path; null when there is none. */
  public @Nullable ManifestEntry entry(String path) {
    int low = 0;
    int high = entries.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = entries.get(middle).path().compareTo(path);
      if (order == 0) {
        return entries.get(middle);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }
}
