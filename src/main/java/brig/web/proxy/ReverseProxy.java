package brig.web.proxy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpUpgrader;
import org.eclipse.jetty.client.UpgradeProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Hands requests on to another server, and its answers back, as they come. Both are written anew
 * from what was understood of them: no framing of the one side reaches the other, so nothing can be
 * smuggled past this server.
 *
 * <p>A request is sent once. Only a connection that turns out to be closed before anything was
 * written to it is replaced by another.
 */
public final class ReverseProxy extends ProxyHandler.Reverse {
  /** Between two hosts (RFC 9110, 7.6.1), and what this server says itself of where it stands. */
  private static final Set<String> NOT_SENT =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "proxy-authenticate",
          "proxy",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings",
          "forwarded",
          "via",
          "x-real-ip");

  private static final String FORWARDED = "x-forwarded-";

  private final ProxySettings settings;
  private final Consumer<String> errors;

  /**
   * @param errors lines for the error log
   */
  public ReverseProxy(ProxySettings settings, Consumer<String> errors) {
    super(request -> HttpURI.from("http", settings.host(), settings.port(), "/"));
    this.settings = settings;
    this.errors = errors;
    setViaHost("brig");
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    getHttpClient().getProtocolHandlers().put(new UpgradeProtocolHandler());
  }

  @Override
  protected HttpClient newHttpClient() {
    ClientConnector connector = new ClientConnector();
    Server server = getServer();
    connector.setExecutor(server.getThreadPool());
    connector.setScheduler(server.getScheduler());
    connector.setByteBufferPool(server.getByteBufferPool());
    connector.setSelectors(1);
    connector.setConnectTimeout(Duration.ofMillis(settings.connectMillis()));
    return new HttpClient(new HttpClientTransportOverHTTP(connector));
  }

  @Override
  protected void configureHttpClient(HttpClient client) {
    super.configureHttpClient(client);
    client.setUserAgentField(null);
    client.setMaxConnectionsPerDestination(settings.connections());
    client.setMaxRequestsQueuedPerDestination(settings.waiting());
    client.setIdleTimeout(settings.silenceMillis());
  }

  @Override
  protected org.eclipse.jetty.client.Request newProxyToServerRequest(
      Request request, HttpURI address) {
    String path = Request.getPathInContext(request);
    String target = settings.target(path, request.getHttpURI().getQuery());
    org.eclipse.jetty.client.Request asked =
        getHttpClient()
            .newRequest(settings.host(), settings.port())
            .version(HttpVersion.HTTP_1_1)
            .method(request.getMethod())
            .path(target)
            .idleTimeout(settings.silenceMillis(), TimeUnit.MILLISECONDS);
    Supplier<String> socket = settings.socket();
    if (socket != null) {
      asked.transport(new Transport.TCPUnix(Path.of(socket.get())));
    }
    return asked;
  }

  @Override
  protected void copyRequestHeaders(Request request, org.eclipse.jetty.client.Request asked) {
    Set<String> between = connectionTokens(request.getHeaders());
    asked.headers(
        headers -> {
          for (HttpField field : request.getHeaders()) {
            String name = field.getLowerCaseName();
            boolean left =
                NOT_SENT.contains(name)
                    || between.contains(name)
                    || name.startsWith(FORWARDED)
                    || name.indexOf('_') >= 0;
            if (!left && field.getHeader() != HttpHeader.HOST) {
              headers.add(field);
            }
          }
          String host = settings.hostHeader();
          String said = request.getHttpURI().getAuthority();
          headers.put(HttpHeader.HOST, host != null ? host : said != null ? said : "localhost");
        });
  }

  private static Set<String> connectionTokens(HttpFields fields) {
    Set<String> tokens = new HashSet<>();
    for (String value : fields.getValuesList(HttpHeader.CONNECTION)) {
      for (String token : value.split(",", -1)) {
        tokens.add(token.trim().toLowerCase(Locale.ROOT));
      }
    }
    return tokens;
  }

  /** What the client says of itself here is not believed: it was left out. */
  @Override
  protected void addProxyHeaders(Request request, org.eclipse.jetty.client.Request asked) {
    addViaHeader(request, asked);
    String client = Request.getRemoteAddr(request);
    String scheme = request.isSecure() ? "https" : "http";
    String host = request.getHttpURI().getAuthority();
    asked.headers(
        headers -> {
          headers.put("X-Forwarded-For", client);
          headers.put("X-Forwarded-Proto", scheme);
          String node = client.indexOf(':') < 0 ? client : "\"[" + client + "]\"";
          String forwarded = "for=" + node + ";proto=" + scheme;
          if (host != null) {
            headers.put("X-Forwarded-Host", host);
            forwarded += ";host=\"" + host + "\"";
          }
          headers.put(HttpHeader.FORWARDED, forwarded);
        });
  }

  @Override
  protected void sendProxyToServerRequest(
      Request request,
      org.eclipse.jetty.client.Request asked,
      Response response,
      Callback callback) {
    if (settings.webSocket() && isUpgrade(request)) {
      HttpUpgrader.Factory tunnel = version -> new Tunnel(request, response, callback);
      asked.attribute(HttpUpgrader.Factory.class.getName(), tunnel);
    }
    super.sendProxyToServerRequest(request, asked, response, callback);
  }

  private static boolean isUpgrade(Request request) {
    return request.getMethod().equals("GET")
        && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
        && connectionTokens(request.getHeaders()).contains("upgrade")
        && "websocket".equalsIgnoreCase(request.getHeaders().get(HttpHeader.UPGRADE));
  }

  @Override
  protected org.eclipse.jetty.client.Response.CompleteListener newServerToProxyResponseListener(
      Request request,
      org.eclipse.jetty.client.Request asked,
      Response response,
      Callback callback) {
    return new ProxyResponseListener(request, asked, response, callback) {
      @Override
      public void onBegin(org.eclipse.jetty.client.Response answer) {
        if (answer.getStatus() == HttpStatus.SWITCHING_PROTOCOLS_101) {
          var _ = answer.abort(new IOException("it changes the protocol, unasked"));
          return;
        }
        super.onBegin(answer);
      }

      @Override
      public void onHeaders(org.eclipse.jetty.client.Response answer) {
        HttpFields.Mutable own = response.getHeaders();
        for (HttpField field : answer.getHeaders()) {
          own.remove(field.getName()); // the other server's take the place of this one's
        }
        super.onHeaders(answer);
        connectionTokens(answer.getHeaders()).forEach(own::remove);
      }
    };
  }

  @Override
  protected @Nullable HttpField filterServerToProxyResponseField(HttpField field) {
    return field.getHeader() == HttpHeader.CONNECTION ? null : field;
  }

  @Override
  protected void onServerToProxyResponseFailure(
      Request request,
      org.eclipse.jetty.client.Request asked,
      org.eclipse.jetty.client.Response answer,
      Response response,
      Callback callback,
      Throwable failure) {
    errors.accept("proxy " + Request.getPathInContext(request) + ": " + failure.getMessage());
    if (response.isCommitted()) {
      callback.failed(failure);
      return;
    }
    response.reset();
    Response.writeError(request, response, callback, status(failure));
  }

  private static int status(Throwable failure) {
    if (failure instanceof RejectedExecutionException) {
      return HttpStatus.SERVICE_UNAVAILABLE_503;
    }
    return failure instanceof TimeoutException || failure instanceof SocketTimeoutException
        ? HttpStatus.GATEWAY_TIMEOUT_504
        : HttpStatus.BAD_GATEWAY_502;
  }
}
