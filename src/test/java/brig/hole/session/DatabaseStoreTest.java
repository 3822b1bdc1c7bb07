package brig.hole.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.report.BrigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("service")
class DatabaseStoreTest extends SessionBookContract {
  private static final String MOVED =
      "(" + DatabaseStore.DATABASE_CLOCK + " + (select by_millis from moved))";

  @TempDir static Path directory;
  private static PostgresServer server;
  private DatabaseStore store;

  @BeforeAll
  static void start() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    server = PostgresServer.start(Files.createDirectory(directory.resolve("postgres")));
    execute("create table moved (by_millis bigint)", "insert into moved values (0)");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    execute("drop table if exists brig_sessions", "update moved set by_millis = 0");
    store = DatabaseStore.open(server.url(), "brig", PostgresServer.PASSWORD, MOVED);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static void execute(String... statements) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  @Override
  SessionStore store() {
    return store;
  }

  @Override
  void pass(Duration time) throws SQLException {
    execute("update moved set by_millis = by_millis + " + time.toMillis());
  }

  @Test
  void aSessionThatBeganOnOneHostIsKnownOnAnotherAndEndsOnBoth() throws Exception {
    try (DatabaseStore other = DatabaseStore.open(server.url(), "brig", PostgresServer.PASSWORD)) {
      SessionBook here = new SessionBook(store, LIMITS);
      SessionBook there = new SessionBook(other, LIMITS);
      SessionBook.Opened opened = (SessionBook.Opened) here.logIn(null, "anne", "");
      assertThat(opened).isNotNull();
      assertThat(there.resume(opened.token())).isNotNull();
      String nonce = here.showForm(opened.token(), "report");
      assertThat(there.takeForm(opened.token(), "report", nonce)).isEqualTo(FormAnswer.TAKEN);
      assertThat(here.takeForm(opened.token(), "report", nonce)).isEqualTo(FormAnswer.SENT_BEFORE);
      assertThat(there.endAccount("anne")).isEqualTo(1);
      assertThat(here.resume(opened.token())).isNull();
    }
  }

  @Test
  void connectionsThatTheDatabaseEndedAreOpenedAnew() throws Exception {
    SessionBook book = new SessionBook(store, LIMITS);
    SessionBook.Opened opened = (SessionBook.Opened) book.logIn(null, "anne", "");
    assertThat(opened).isNotNull();
    execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'brig'");
    assertThat(book.resume(opened.token())).isNotNull();
  }

  @Test
  void aWrongPasswordIsToldWithoutRepeatingIt() {
    assertThatThrownBy(() -> DatabaseStore.open(server.url(), "brig", "wrong guess"))
        .isInstanceOf(BrigException.class)
        .hasMessage(
            "cannot open the sessions in PostgreSQL: FATAL: password authentication failed for user"
                + " \"brig\".");
  }

  @Test
  void aUrlOfAnotherDatabaseIsRefused() {
    assertThatThrownBy(() -> DatabaseStore.open("jdbc:sqlite:/tmp/x", "", ""))
        .hasMessage(
            "cannot open the sessions in PostgreSQL: the URL is not one of its driver's. It begins"
                + " with jdbc:postgresql://HOST/DATABASE.");
  }
}
