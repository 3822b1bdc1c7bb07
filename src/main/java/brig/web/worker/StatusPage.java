package brig.web.worker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/** {@code /metrics} in Prometheus's text form, {@code /status} in JSON. */
final class StatusPage extends Handler.Abstract.NonBlocking {
  private final Counters counters;
  private final Server server;
  private final long startedNanos = System.nanoTime();

  StatusPage(Counters counters, Server server) {
    this.counters = counters;
    this.server = server;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getDecodedPath();
    String text;
    if ("/metrics".equals(path)) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; version=0.0.4");
      text = metrics();
    } else if ("/status".equals(path)) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      text = status();
    } else {
      Response.writeError(request, response, callback, 404);
      return true;
    }
    response.write(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), callback);
    return true;
  }

  private String metrics() {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= 5; i++) {
      text.append("brig_web_responses_total{class=\"").append(i).append("xx\"} ");
      text.append(counters.ofClass(i)).append('\n');
    }
    text.append("brig_web_requests_total ").append(counters.requests()).append('\n');
    text.append("brig_web_from_memory_total ").append(counters.fromMemory()).append('\n');
    text.append("brig_web_connections_total ").append(counters.connectionsOpened()).append('\n');
    text.append("brig_web_connections_open ").append(counters.connectionsOpen()).append('\n');
    text.append("brig_web_threads ").append(server.getThreadPool().getThreads()).append('\n');
    return text.toString();
  }

  private String status() {
    Runtime runtime = Runtime.getRuntime();
    return "{\"worker\":"
        + ProcessHandle.current().pid()
        + ",\"uptime_seconds\":"
        + (System.nanoTime() - startedNanos) / 1_000_000_000L
        + ",\"requests\":"
        + counters.requests()
        + ",\"connections\":"
        + counters.connectionsOpen()
        + ",\"heap_bytes\":"
        + (runtime.totalMemory() - runtime.freeMemory())
        + "}\n";
  }
}
