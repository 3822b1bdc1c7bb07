package brig.elf;

import org.jspecify.annotations.Nullable;

/**
 * One place where a file speaks of a symbol.
 *
 * @param defined it is the file's own; otherwise the file uses it
 * @param version null where it has none
 * @param preferred the version that a new program is linked with ({@code NAME@@VERSION})
 */
public record SymbolEntry(
    String name, boolean defined, @Nullable String version, boolean preferred) {

  /** As nm(1) prints it: {@code NAME}, {@code NAME@VERSION} or {@code NAME@@VERSION}. */
  public String text() {
    return version == null ? name : name + (defined && preferred ? "@@" : "@") + version;
  }
}
