package brig.plan.loader;

import java.io.IOException;

/** How one C library's loader finds a file for a name that is not mapped yet. */
interface Search {
  /**
   * Looks for a file.
   *
   * @param loader the object that asks
   * @param program the first object of the process
   */
  Answer find(String name, Mapped loader, Mapped program) throws IOException;

  /** A name as it is written in DT_NEEDED, its tokens put in: by this name it is known then. */
  default String written(String name, Mapped loader, Mapped program) throws IOException {
    return name;
  }

  /** Whether a name means the loader itself, without a search. */
  boolean isItself(String name);
}
