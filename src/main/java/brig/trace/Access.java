package brig.trace;

import java.util.Locale;

/** What a call wants of the path, or the address, that it names. */
public enum Access {
  /** Opens a file, or a directory, without writing to it. */
  READ,
  /** Opens a file to write, or makes one. */
  WRITE,
  /** Reads the names in a directory. */
  LIST,
  /** Executes a program. */
  EXECUTE,
  /** Asks whether something is there, and of what kind: stat, access, readlink and their like. */
  LOOK,
  /** Makes, removes, renames, or changes owner, mode or times. */
  CHANGE,
  /** Makes a directory the working directory. */
  ENTER,
  /** Makes a directory the root. */
  ROOT,
  /** Mounts and unmounts. */
  MOUNT,
  /** Wants to hear of changes: inotify, fanotify. */
  WATCH,
  /** Connects a socket. */
  CONNECT,
  /** Gives a socket its address. */
  BIND,
  /** Sends to an address without being connected. */
  SEND,
  /** Goes a way on which the tracer does not see the paths: io_uring(7). */
  UNSEEN;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** As the JSON has it. */
  public String word() {
    return word;
  }
}
