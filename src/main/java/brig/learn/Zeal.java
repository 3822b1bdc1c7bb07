package brig.learn;

/** How much is taken for a wish. The next is tried when the one before brings nothing more. */
enum Zeal {
  /** What was asked for, and not found in a later place. */
  WISHES,
  /** Places that a search passed over, too, directories that the host lacks, names in files. */
  SEARCHES,
  /** All that is in directories that were listed, however large. */
  LISTINGS
}
