package brig.plan;

import java.util.List;

/**
 * A file that has come into the plan and is to be looked at.
 *
 * @param path inside the jail, free of links
 * @param loadedBy the files that load it by dlopen(3), the executable last; empty: not known
 */
public record PlannedFile(
    String path, FileStat stat, Reason why, Role role, List<String> loadedBy) {

  /** What is known of a file before its first byte is read. */
  public enum Role {
    UNKNOWN,
    /** Something that must be able to run: what it lacks is a mistake. */
    PROGRAM,
    /** A library whose own libraries are in the plan already, as part of a closure. */
    LIBRARY,
    /** Nothing that is executed or mapped. */
    DATA
  }

  public String name() {
    return Paths.name(path);
  }

  public boolean executable() {
    return (stat.mode() & 0111) != 0;
  }
}
