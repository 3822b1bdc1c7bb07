package brig.hole.http;

import brig.hole.front.Front;
import brig.hole.front.FrontRequest;
import brig.hole.front.FrontResponse;
import brig.hole.front.FrontResponse.Content;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;

/** The JDK's own HTTP server in front of a {@link Front}. */
final class HttpDoor {
  private static final int BACKLOG = 128;

  private final Front front;

  /** Nobody is answered before the process is in its jail. */
  private volatile boolean admitting;

  private HttpDoor(Front front) {
    this.front = front;
  }

  static HttpDoor open(HttpAddress address, Front front) throws IOException {
    InetAddress host = InetAddress.ofLiteral(address.host());
    HttpServer server = HttpServer.create(new InetSocketAddress(host, address.port()), BACKLOG);
    HttpDoor door = new HttpDoor(front);
    server.createContext("/", door::serve);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return door;
  }

  void admit() {
    admitting = true;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!admitting) {
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      FrontResponse response = front.answer(request(exchange));
      Headers headers = exchange.getResponseHeaders();
      for (FrontResponse.Header header : response.headers()) {
        headers.add(header.name(), header.value());
      }
      boolean head = exchange.getRequestMethod().equals("HEAD");
      switch (response.content()) {
        case Content.Whole(byte[] bytes) -> {
          exchange.sendResponseHeaders(
              response.status(), head || bytes.length == 0 ? -1 : bytes.length);
          if (!head && bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
          }
        }
        case Content.Streamed(FrontResponse.Writer writer) -> {
          exchange.sendResponseHeaders(response.status(), head ? -1 : 0);
          if (!head) {
            try (OutputStream out = exchange.getResponseBody()) {
              writer.write(out);
            }
          }
        }
      }
    }
  }

  private static FrontRequest request(HttpExchange exchange) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      headers.put(name, String.join(name.equals("cookie") ? "; " : ", ", header.getValue()));
    }
    // Only what is on this host can connect: a web server that passes requests on is believed.
    boolean secure = "https".equals(headers.get("x-forwarded-proto"));
    String path = exchange.getRequestURI().getPath();
    String query = exchange.getRequestURI().getRawQuery();
    return new FrontRequest(
        exchange.getRequestMethod(),
        path == null || !path.startsWith("/") ? "/" : path,
        query == null ? "" : query,
        headers,
        secure,
        peer(headers, exchange),
        exchange.getRequestBody());
  }

  /** The last that was added, by the server next to us; what stands before it anybody may write. */
  private static String peer(Map<String, String> headers, HttpExchange exchange) {
    String passed = headers.get("x-forwarded-for");
    if (passed == null) {
      return exchange.getRemoteAddress().getAddress().getHostAddress();
    }
    String last = passed.substring(passed.lastIndexOf(',') + 1).strip();
    try {
      return InetAddress.ofLiteral(last).getHostAddress();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
