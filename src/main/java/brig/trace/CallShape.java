package brig.trace;

/**
 * Where a system call has its paths. Numbers are those of arguments, from 0; -1: it has none.
 *
 * @param access what it wants; READ becomes WRITE where the flags of an open say so
 * @param directory the descriptor that a relative path begins at; -1: the working directory
 * @param path the path's address
 * @param flags AT_* flags, of which AT_EMPTY_PATH lets an empty path mean the descriptor itself
 * @param special how it differs from the others
 */
record CallShape(
    String name,
    Access access,
    int directory,
    int path,
    int secondDirectory,
    int secondPath,
    int flags,
    Special special) {

  /** What the general rules do not cover. */
  enum Special {
    NONE,
    /** O_* flags are in argument {@code flags}. */
    OPEN,
    /** {@code struct open_how} is at argument {@code flags}. */
    OPEN_HOW,
    /** There is no path: the descriptor of argument {@code directory} is meant. */
    DESCRIPTOR,
    /** There is no path: what it opens is known when it has returned. */
    RESULT,
    /** A {@code struct sockaddr} is at argument {@code path}, its length in {@code flags}. */
    ADDRESS,
    /** The second path is any text: a link's target, a mount's source. */
    TEXT,
    /** Nothing is to be read. */
    BARE
  }
}
