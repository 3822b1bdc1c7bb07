package brig.hole.session;

import java.util.Locale;

/**
 * A session as administrators see it: neither its token nor what it holds. Times are milliseconds
 * since 1970.
 *
 * @param account empty: a visitor who has not logged in
 * @param peer where the login came from; empty: not known
 */
public record SessionLine(String id, String account, String peer, long created, long seen) {
  static SessionLine of(Session session) {
    return new SessionLine(
        session.id(), session.account(), session.peer(), session.created(), session.seen());
  }

  /** On one line, with tabs between. */
  String text() {
    return String.format(
        Locale.ROOT, "%s\t%s\t%s\t%d\t%d", id, plain(account), plain(peer), created, seen);
  }

  private static String plain(String text) {
    return text.replace('\t', ' ').replace('\n', ' ').replace('\r', ' ');
  }

  /** Reads what {@link #text} wrote. */
  public static SessionLine read(String line) {
    String[] parts = line.split("\t", -1);
    return new SessionLine(
        parts[0], parts[1], parts[2], Long.parseLong(parts[3]), Long.parseLong(parts[4]));
  }
}
