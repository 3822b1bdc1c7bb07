package brig.hole.session;

/** What a commit does to one row, if that row is still the one that was read. */
sealed interface RowChange {
  String key();

  /** The version that must be stored now; 0: no such row may be there. */
  long expected();

  /** Stores the row as the version after its own. */
  record Put(Row row) implements RowChange {
    @Override
    public String key() {
      return row.key();
    }

    @Override
    public long expected() {
      return row.version();
    }
  }

  record Remove(String key, long expected) implements RowChange {}
}
