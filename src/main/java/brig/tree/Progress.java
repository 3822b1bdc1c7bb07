package brig.tree;

/** Who is told how far a build is. Called often: whoever shows it, shows it now and then. */
public interface Progress {
  /** Nobody. */
  Progress NONE = new Progress() {};

  /** Another build of this jail is at work; ours goes on when that has ended. */
  default void waiting(String jail) {}

  /** The plan is being worked out. */
  default void planning() {}

  /** So many of all files and bytes are written. */
  default void written(int files, int allFiles, long bytes, long allBytes) {}

  /** The last call, whether it went well or not. */
  default void ended() {}
}
