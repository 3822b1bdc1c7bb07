package brig.hole.session;

import brig.report.BrigException;
import brig.report.Problem;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Deque;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A few connections to PostgreSQL, used again; none is opened before it is needed. */
final class DatabaseConnections implements AutoCloseable {
  private static final int MOST = 8;
  private static final String DRIVER = "org.postgresql.Driver";

  /** Answers within seconds, or the database counts as gone: nobody waits for ever at a form. */
  private static final String SECONDS = "10";

  private final Driver driver;
  private final String url;
  private final Properties properties = new Properties();
  private final Semaphore free = new Semaphore(MOST, true);
  private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

  /** What is done with a connection, which is in a transaction and must end it. */
  @FunctionalInterface
  interface Use<T> {
    T with(Connection connection) throws SQLException;
  }

  DatabaseConnections(String url, String user, String password) throws BrigException {
    this.driver = driver();
    this.url = url;
    if (!user.isEmpty()) {
      properties.setProperty("user", user);
    }
    if (!password.isEmpty()) {
      properties.setProperty("password", password);
    }
    properties.setProperty("connectTimeout", SECONDS);
    properties.setProperty("socketTimeout", SECONDS);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "brig");
    try {
      if (!driver.acceptsURL(url)) {
        throw BrigException.usage(
            Problem.of("cannot open the sessions in PostgreSQL")
                .answered("the URL is not one of its driver's")
                .remedy("It begins with jdbc:postgresql://HOST/DATABASE."));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The driver is not on Brig's class path, where its archive would be looked at by every start of
   * every command; it is loaded from beside it when sessions are in PostgreSQL.
   */
  private static Driver driver() throws BrigException {
    String archive =
        System.getProperty("brig.home", ".") + "/target/app/lib/database/postgresql.jar";
    try {
      return instance(DatabaseConnections.class.getClassLoader());
    } catch (ClassNotFoundException notOnPath) {
      try {
        URL[] urls = {new File(archive).toURI().toURL()};
        return instance(new URLClassLoader(urls, DatabaseConnections.class.getClassLoader()));
      } catch (ClassNotFoundException | MalformedURLException e) {
        throw BrigException.refused(
            Problem.of("cannot open the sessions in PostgreSQL")
                .answered("its driver is not in " + archive)
                .remedy("Build Brig again, or keep the sessions in a file."));
      }
    }
  }

  private static Driver instance(@Nullable ClassLoader loader) throws ClassNotFoundException {
    try {
      return Class.forName(DRIVER, true, loader)
          .asSubclass(Driver.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ClassNotFoundException e) {
      throw e;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Does something with a connection. One that had been idle may have died since (the database was
   * restarted): such a one is asked first.
   */
  <T> T use(Use<T> use) throws SQLException {
    free.acquireUninterruptibly();
    try {
      Connection connection = take();
      boolean well = false;
      try {
        T result = use.with(connection);
        well = true;
        return result;
      } finally {
        if (well) {
          idle.push(connection);
        } else {
          // Whatever state its transaction is in ends with it.
          closeQuietly(connection);
        }
      }
    } finally {
      free.release();
    }
  }

  private Connection take() throws SQLException {
    Connection connection;
    while ((connection = idle.poll()) != null) {
      if (connection.isValid(2)) {
        return connection;
      }
      closeQuietly(connection);
    }
    Connection fresh = driver.connect(url, properties);
    if (fresh == null) {
      throw new SQLException("the driver does not take the URL");
    }
    fresh.setAutoCommit(false);
    return fresh;
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is of no use any more; whoever used it is told why.
      return;
    }
  }

  @Override
  public void close() {
    Connection connection;
    while ((connection = idle.poll()) != null) {
      closeQuietly(connection);
    }
  }
}
