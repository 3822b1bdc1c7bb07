package brig.web.worker;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;

/** HTTP/1.1 connections that look for an answer in memory before the engine parses a request. */
final class QuickConnections extends HttpConnectionFactory {
  private final QuickAnswers answers;

  QuickConnections(HttpConfiguration configuration, QuickAnswers answers) {
    super(configuration);
    this.answers = answers;
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    QuickConnection connection =
        new QuickConnection(getHttpConfiguration(), connector, endPoint, answers);
    return configure(connection, connector, endPoint);
  }
}
