package brig.plan;

/** What of a tree is wanted. */
@FunctionalInterface
public interface TreeFilter {
  TreeFilter ALL = (path, directory) -> Choice.LOOK;

  enum Choice {
    /** Comes in and is looked at. */
    LOOK,
    /** Comes in as mere data. */
    DATA,
    SKIP
  }

  Choice choose(String path, boolean directory);
}
