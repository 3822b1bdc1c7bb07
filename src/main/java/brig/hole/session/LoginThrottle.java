package brig.hole.session;

import brig.report.BrigException;
import brig.report.Problem;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes who guesses wait: for an account, and for where the guesses come from. An attempt counts as
 * failed when it begins, so that a thousand at the same moment are a thousand; the count is taken
 * back when it succeeds.
 */
public final class LoginThrottle {
  private static final String FAILURES = "f:";
  private static final int TRIES = 200;

  /** Many people may come from one address. */
  private static final int PEER_ALLOWANCE = 10;

  private static final long FORGOTTEN_MILLIS = 3_600_000;

  /** Beyond so many the oldest counts go: names that nobody has cost memory too. */
  private static final int MOST = 50_000;

  private final SessionStore store;
  private final SessionLimits limits;

  public LoginThrottle(SessionStore store, SessionLimits limits) {
    this.store = store;
    this.limits = limits;
  }

  private record Count(
      String key, boolean isPeer, @Nullable Row row, int failures, long until, long now) {}

  /**
   * Asks for a login attempt.
   *
   * @param account as the visitor wrote it
   * @param peer where the visitor is, as the listener names it; empty: not known
   * @return 0: it may be made, and counts as failed until {@link #succeeded}; else how many
   *     milliseconds are to be waited
   */
  public long attempt(String account, String peer) throws BrigException {
    for (int i = 0; i < TRIES; i++) {
      List<Count> counts = counts(account, peer);
      long wait = 0;
      for (Count count : counts) {
        wait = Math.max(wait, count.until - count.now);
      }
      if (wait > 0) {
        return wait;
      }
      List<RowChange> changes = new ArrayList<>();
      for (Count count : counts) {
        changes.add(put(count, count.failures + 1));
      }
      if (store.commit(changes)) {
        return 0;
      }
    }
    throw BrigException.refused(Problem.of("cannot log in: too many others try at the same time"));
  }

  /** The attempt was good: the account's count is gone, the peer's is less by this one. */
  public void succeeded(String account, String peer) throws BrigException {
    for (int i = 0; i < TRIES; i++) {
      List<RowChange> changes = new ArrayList<>();
      for (Count count : counts(account, peer)) {
        if (count.row != null) {
          changes.add(
              count.isPeer && count.failures > 1
                  ? put(count, count.failures - 1)
                  : new RowChange.Remove(count.key, count.row.version()));
        }
      }
      if (store.commit(changes)) {
        return;
      }
    }
  }

  private List<Count> counts(String account, String peer) throws BrigException {
    List<Count> counts = new ArrayList<>();
    counts.add(count(key("account", account), false));
    if (!peer.isEmpty()) {
      counts.add(count(key("peer", peer), true));
    }
    return counts;
  }

  private Count count(String key, boolean isPeer) throws BrigException {
    SessionStore.Found found = store.find(key);
    Row row = found.row();
    if (row == null) {
      return new Count(key, isPeer, null, 0, 0, found.now());
    }
    ByteBuffer body = ByteBuffer.wrap(row.body());
    return new Count(key, isPeer, row, body.getInt(), body.getLong(), found.now());
  }

  private RowChange put(Count count, int failures) {
    int over = failures - limits.freeFailures() * (count.isPeer ? PEER_ALLOWANCE : 1);
    long wait =
        over <= 0 ? 0 : Math.min(limits.longestWait().toMillis(), 1000L << Math.min(over - 1, 30));
    long until = count.now + wait;
    byte[] body = ByteBuffer.allocate(12).putInt(failures).putLong(until).array();
    long version = count.row == null ? 0 : count.row.version();
    return new RowChange.Put(new Row(count.key, version, "", until + FORGOTTEN_MILLIS, body));
  }

  private static String key(String kind, String name) {
    return FAILURES + Token.sha256(kind + '\n' + name);
  }

  static void sweep(SessionStore store) throws BrigException {
    List<Row> rows = new ArrayList<>(store.withPrefix(FAILURES));
    if (rows.size() > MOST) {
      rows.sort(Comparator.comparingLong(Row::expires));
      for (Row row : rows.subList(0, rows.size() - MOST)) {
        store.commit(List.of(new RowChange.Remove(row.key(), row.version())));
      }
    }
  }
}
