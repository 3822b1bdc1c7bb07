package brig.hole.session;

import brig.report.BrigException;
import brig.report.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Sessions in PostgreSQL, for several hosts. A row has a version, and a change names the one that
 * it was read with; the clock is the database's, so that hosts need not agree on the time.
 */
public final class DatabaseStore implements SessionStore {
  static final String DATABASE_CLOCK = "(extract(epoch from clock_timestamp()) * 1000)::bigint";

  /** PostgreSQL's appendix A: two commits waited for each other, and this one was ended. */
  private static final String DEADLOCK = "40P01";

  private static final String COLUMNS = "key, version, owner, expires, body";

  private final DatabaseConnections connections;
  private final String now;

  private DatabaseStore(DatabaseConnections connections, String now) {
    this.connections = connections;
    this.now = now;
  }

  /**
   * Connects, and makes the table where it is absent.
   *
   * @param url as JDBC has it, such as {@code
   *     jdbc:postgresql://db.example.org/brig?sslmode=verify-full}
   * @param password empty: none, or it is in the URL
   */
  public static DatabaseStore open(String url, String user, String password) throws BrigException {
    return open(url, user, password, DATABASE_CLOCK);
  }

  /** The same with another expression for the time, in milliseconds. */
  static DatabaseStore open(String url, String user, String password, String now)
      throws BrigException {
    DatabaseStore store = new DatabaseStore(new DatabaseConnections(url, user, password), now);
    try {
      store.connections.use(store::createTable);
    } catch (SQLException e) {
      store.close();
      throw refused("cannot open the sessions in PostgreSQL", e);
    }
    return store;
  }

  private boolean createTable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // Two that create the same at once can collide in the catalogue in spite of "if not exists".
      statement.execute("select pg_advisory_xact_lock(5212117)");
      statement.execute(
          "create table if not exists brig_sessions (key varchar(120) primary key, version bigint"
              + " not null, owner varchar(256) not null, expires bigint not null, body bytea not"
              + " null)");
      statement.execute("create index if not exists brig_sessions_owner on brig_sessions (owner)");
      statement.execute(
          "create index if not exists brig_sessions_expires on brig_sessions (expires)");
    }
    connection.commit();
    return true;
  }

  private static BrigException refused(String doing, SQLException e) {
    String message = e.getMessage();
    String line = message == null ? e.toString() : message.lines().findFirst().orElse("");
    return BrigException.refused(
        Problem.of(doing)
            .answered(line.endsWith(".") ? line.substring(0, line.length() - 1) : line));
  }

  @Override
  public Found find(String key) throws BrigException {
    String query =
        "select s.key, s.version, s.owner, s.expires, s.body, t.now from (select "
            + now
            + " as now) t left join brig_sessions s on s.key = ? and s.expires > t.now";
    try {
      return connections.use(
          connection -> {
            try (PreparedStatement statement = connection.prepareStatement(query)) {
              statement.setString(1, key);
              try (ResultSet result = statement.executeQuery()) {
                result.next();
                long time = result.getLong(6);
                return new Found(result.getString(1) == null ? null : row(result), time);
              }
            } finally {
              connection.commit();
            }
          });
    } catch (SQLException e) {
      throw refused("cannot ask PostgreSQL for a session", e);
    }
  }

  private static Row row(ResultSet result) throws SQLException {
    return new Row(
        result.getString(1),
        result.getLong(2),
        result.getString(3),
        result.getLong(4),
        result.getBytes(5));
  }

  @Override
  public List<Row> withPrefix(String prefix) throws BrigException {
    return rows("starts_with(key, ?)", prefix);
  }

  @Override
  public List<Row> ofOwner(String owner) throws BrigException {
    return rows("owner = ?", owner);
  }

  private List<Row> rows(String condition, String value) throws BrigException {
    String query =
        "select " + COLUMNS + " from brig_sessions where " + condition + " and expires > " + now;
    try {
      return connections.use(
          connection -> {
            try (PreparedStatement statement = connection.prepareStatement(query)) {
              statement.setString(1, value);
              List<Row> found = new ArrayList<>();
              try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                  found.add(row(result));
                }
              }
              return found;
            } finally {
              connection.commit();
            }
          });
    } catch (SQLException e) {
      throw refused("cannot ask PostgreSQL for sessions", e);
    }
  }

  @Override
  public boolean commit(List<RowChange> changes) throws BrigException {
    // In one order everywhere, so that no two commits wait for each other's rows.
    List<RowChange> sorted = changes.stream().sorted(Comparator.comparing(RowChange::key)).toList();
    try {
      return connections.use(
          connection -> {
            for (RowChange change : sorted) {
              if (!apply(connection, change)) {
                connection.rollback();
                return false;
              }
            }
            connection.commit();
            return true;
          });
    } catch (SQLException e) {
      if (DEADLOCK.equals(e.getSQLState())) {
        return false;
      }
      throw refused("cannot store a session in PostgreSQL", e);
    }
  }

  private boolean apply(Connection connection, RowChange change) throws SQLException {
    String statement =
        switch (change) {
          case RowChange.Put(Row row) when row.version() == 0 ->
              "insert into brig_sessions as s (version, owner, expires, body, key) values (1, ?, ?,"
                  + " ?, ?) on conflict (key) do update set version = 1, owner = excluded.owner,"
                  + " expires = excluded.expires, body = excluded.body where s.expires <= "
                  + now;
          case RowChange.Put _ ->
              "update brig_sessions set version = version + 1, owner = ?, expires = ?, body = ?"
                  + " where key = ? and version = ?";
          case RowChange.Remove _ -> "delete from brig_sessions where key = ? and version = ?";
        };
    try (PreparedStatement prepared = connection.prepareStatement(statement)) {
      int at = 1;
      if (change instanceof RowChange.Put(Row row)) {
        prepared.setString(at++, row.owner());
        prepared.setLong(at++, row.expires());
        prepared.setBytes(at++, row.body());
      }
      prepared.setString(at++, change.key());
      if (change instanceof RowChange.Remove || change.expected() != 0) {
        prepared.setLong(at, change.expected());
      }
      return prepared.executeUpdate() == 1;
    }
  }

  @Override
  public int sweep() throws BrigException {
    try {
      return connections.use(
          connection -> {
            try (Statement statement = connection.createStatement()) {
              int gone =
                  statement.executeUpdate("delete from brig_sessions where expires <= " + now);
              connection.commit();
              return gone;
            }
          });
    } catch (SQLException e) {
      throw refused("cannot forget expired sessions in PostgreSQL", e);
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}
