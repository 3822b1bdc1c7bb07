package brig.tree;

import brig.linux.LinuxException;
import brig.tree.ManifestParser.BrokenException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The current generation, from which the next one takes over what did not change. */
final class Current {
  static final String INPUTS = "inputs";
  static final String PLACES = "places";
  static final String JAILFILE = "jailfile.toml";

  private final Generations generations;
  private final int number;
  private @Nullable ManifestLines lines;

  Current(Generations generations, int number) {
    this.generations = generations;
    this.number = number;
  }

  int number() {
    return number;
  }

  String root() {
    return generations.root(number);
  }

  /** Whether it was built from these very bytes. */
  boolean isOf(byte[] jailfile) throws LinuxException {
    return Arrays.equals(generations.jailfile(number), jailfile);
  }

  byte @Nullable [] inputs() throws LinuxException {
    return file(INPUTS);
  }

  /** Whether its files are mounted at start: then its tree is empty. */
  boolean isMounted() throws LinuxException {
    return file(MountPlan.FILE) != null;
  }

  /** A file beside the tree; null when there is none. */
  byte @Nullable [] file(String name) throws LinuxException {
    return generations.file(number, name);
  }

  /** The writable places of its plan; null when that cannot be told any more. */
  @Nullable List<WritablePlaces.Place> places() throws LinuxException {
    byte[] bytes = file(PLACES);
    return bytes == null ? null : WritablePlaces.decode(bytes);
  }

  ManifestLines manifest() throws LinuxException, BrokenException {
    ManifestLines read = lines;
    if (read == null) {
      byte[] text = file(Manifest.FILE);
      if (text == null) {
        throw new BrokenException("there is no such file");
      }
      read = ManifestLines.of(text);
      lines = read;
    }
    return read;
  }
}
