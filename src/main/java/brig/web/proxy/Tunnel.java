package brig.web.proxy;

import java.util.concurrent.Executor;
import org.eclipse.jetty.client.HttpUpgrader;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The change from HTTP to WebSocket (RFC 6455, 4): the handshake goes through, and when the other
 * server has said yes, bytes go both ways as they come.
 */
final class Tunnel implements HttpUpgrader {
  private final Request request;
  private final Response response;
  private final Callback done;

  Tunnel(Request request, Response response, Callback done) {
    this.request = request;
    this.response = response;
    this.done = done;
  }

  @Override
  public void prepare(org.eclipse.jetty.client.Request asked) {
    asked.headers(
        headers -> {
          headers.put(HttpHeader.UPGRADE, "websocket");
          headers.put(HttpHeader.CONNECTION, "Upgrade");
        });
  }

  @Override
  public void upgrade(
      org.eclipse.jetty.client.Response answer, EndPoint server, Callback callback) {
    EndPoint client = request.getConnectionMetaData().getConnection().getEndPoint();
    Executor threads = request.getComponents().getExecutor();
    TunnelEnd ofClient =
        new TunnelEnd(client, threads, request.getComponents().getByteBufferPool());
    TunnelEnd ofServer =
        new TunnelEnd(server, threads, request.getComponents().getByteBufferPool());
    ofClient.other(ofServer);
    ofServer.other(ofClient);
    response.reset();
    response.setStatus(HttpStatus.SWITCHING_PROTOCOLS_101);
    response.getHeaders().put(HttpHeader.UPGRADE, "websocket");
    response.getHeaders().put(HttpHeader.CONNECTION, "Upgrade");
    for (HttpField field : answer.getHeaders()) {
      if (field.getLowerCaseName().startsWith("sec-websocket-")) {
        response.getHeaders().add(field);
      }
    }
    // What the other server has sent already goes to the client after the handshake.
    Connection before = server.getConnection();
    if (before instanceof Connection.UpgradeFrom from) {
      ofServer.onUpgradeTo(from.onUpgradeFrom());
    }
    request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, ofClient);
    ofClient.whenOpen(() -> open(server, ofServer));
    done.succeeded();
    callback.succeeded();
  }

  private static void open(EndPoint server, TunnelEnd end) {
    server.setConnection(end);
    end.onOpen();
  }
}
