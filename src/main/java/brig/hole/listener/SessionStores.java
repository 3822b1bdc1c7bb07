package brig.hole.listener;

import brig.hole.job.Hole;
import brig.hole.job.Sessions;
import brig.hole.run.Reception;
import brig.hole.session.DatabaseStore;
import brig.hole.session.FileStore;
import brig.hole.session.SessionLimits;
import brig.hole.session.SessionStore;
import brig.hole.session.SteadyClock;
import brig.hole.visit.Visits;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.report.BrigException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the sessions of each hole are kept: open once, whatever a reload changes around them. A
 * hole without {@code [sessions]} shows forms too, and forgets them when the listener ends.
 */
public final class SessionStores implements Order.Receptions, AutoCloseable {
  private final String directory;
  private final Map<String, Open> open = new HashMap<>();

  private record Open(@Nullable String database, SessionStore store, Visits visits) {}

  /**
   * Opens none yet.
   *
   * @param directory of the files
   */
  public SessionStores(String directory) {
    this.directory = directory;
  }

  @Override
  public synchronized Reception of(Served served) throws BrigException {
    Hole hole = served.hole();
    Sessions wanted = hole.sessions();
    String database = wanted == null ? null : wanted.database();
    Open known = open.get(hole.name());
    if (known == null || !Objects.equals(known.database, database)) {
      SessionStore store = store(hole, wanted);
      if (known != null) {
        known.store.close();
      }
      known = new Open(database, store, new Visits(store, limits(wanted)));
    }
    Visits visits = known.visits.with(limits(wanted));
    open.put(hole.name(), new Open(database, known.store, visits));
    return new VisitReception(visits);
  }

  /** The store of a hole that is served; null: none of that name is. */
  public synchronized @Nullable SessionStore of(String hole) {
    Open known = open.get(hole);
    return known == null ? null : known.store;
  }

  /** Opens the store of a hole; nobody else may have it open, but for a database. */
  public SessionStore store(Hole hole) throws BrigException {
    return store(hole, hole.sessions());
  }

  private SessionStore store(Hole hole, @Nullable Sessions wanted) throws BrigException {
    if (wanted != null && wanted.database() != null) {
      return DatabaseStore.open(wanted.database(), user(wanted.database()), password(wanted));
    }
    return FileStore.open(directory + "/" + hole.name() + ".sessions", new SteadyClock());
  }

  /** What stands as {@code user=} in the URL; else the driver decides. */
  private static String user(String url) {
    int at = url.indexOf("user=");
    if (at < 0) {
      return "";
    }
    int end = url.indexOf('&', at);
    return url.substring(at + "user=".length(), end < 0 ? url.length() : end);
  }

  private static String password(Sessions wanted) throws BrigException {
    String file = wanted.passwordFile();
    if (file == null) {
      return "";
    }
    try {
      return new String(HostFiles.read(file), StandardCharsets.UTF_8).strip();
    } catch (LinuxException e) {
      throw BrigException.refused(e.problem("cannot read the database's password in " + file));
    }
  }

  private static SessionLimits limits(@Nullable Sessions wanted) {
    SessionLimits usual = SessionLimits.USUAL;
    return wanted == null
        ? usual
        : new SessionLimits(
            wanted.idle(),
            wanted.absolute(),
            wanted.rotate(),
            usual.form(),
            wanted.eachUser(),
            wanted.whenFull() == Sessions.WhenFull.REFUSE,
            usual.visitors(),
            wanted.failures(),
            wanted.failureWindow());
  }

  /** Forgets what has expired. */
  @Override
  public synchronized void sweep() throws BrigException {
    for (Open one : open.values()) {
      one.visits.sweep();
    }
  }

  @Override
  public synchronized void close() {
    for (Open one : open.values()) {
      one.store.close();
    }
    open.clear();
  }
}
