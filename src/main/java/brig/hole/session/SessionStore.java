package brig.hole.session;

import brig.report.BrigException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where rows are kept. Two ways: one file of this host, or a table of PostgreSQL that several hosts
 * share. All methods may be called by any number of threads at once; a row that has expired is as
 * good as absent.
 */
public sealed interface SessionStore extends AutoCloseable permits FileStore, DatabaseStore {
  /**
   * A row, and what the store's clock said when it was read.
   *
   * @param row null when there is none
   * @param now milliseconds since 1970
   */
  record Found(@Nullable Row row, long now) {}

  Found find(String key) throws BrigException;

  /** The rows whose key begins so, in no order; expired ones are left out. */
  List<Row> withPrefix(String prefix) throws BrigException;

  /** The sessions of an account. */
  List<Row> ofOwner(String owner) throws BrigException;

  /**
   * All of the changes or none: each row must have the version that it is expected to have. When
   * this returns true they are stored for good.
   *
   * @return false when some row was changed by somebody else meanwhile: read again and decide anew
   */
  boolean commit(List<RowChange> changes) throws BrigException;

  /** Forgets what has expired; returns how many rows. */
  int sweep() throws BrigException;

  @Override
  void close();
}
