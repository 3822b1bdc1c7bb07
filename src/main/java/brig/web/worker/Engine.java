package brig.web.worker;

import brig.linux.Fd;
import brig.web.behind.Behind;
import brig.web.config.Limits;
import brig.web.config.Site;
import brig.web.config.WebConfig;
import brig.web.file.FileCache;
import brig.web.file.MimeTypes;
import brig.web.inside.AdoptedSockets;
import brig.web.inside.Rooted;
import brig.web.limits.Bounds;
import brig.web.limits.Connections;
import brig.web.limits.Deadlines;
import brig.web.log.AccessLog;
import brig.web.tls.PemFiles;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** The server that is made of a configuration: its handlers, its pool of threads, its doors. */
final class Engine {
  private static final int MOST_THREADS = 64;
  private static final int LEAST_THREADS = 4;
  private static final int LARGEST_POOLED = 128 * 1024;

  private final Facts facts;
  private final Server server;
  private final SiteHandler sites;
  private final Handlers handlers;
  private final Counters counters = new Counters();
  private final QuickAnswers quick;
  private final Deadlines deadlines = new Deadlines();
  private final Connections connections;
  private final List<ServerConnector> doors = new ArrayList<>();
  private final List<ServerConnector> prepared = new ArrayList<>();
  private @Nullable ServerConnector statusDoor;
  private SslContextFactory.@Nullable Server tls;

  Engine(Facts facts, @Nullable AccessLog log) {
    this.facts = facts;
    WebConfig config = facts.config();
    WebThreads threads = new WebThreads(MOST_THREADS, LEAST_THREADS);
    // A buffer that is too large for the pool would be made anew for each file that is sent.
    server = new Server(threads, null, new ArrayByteBufferPool(0, -1, LARGEST_POOLED));
    FileCache cache = new FileCache(config.worker().cacheBytes(), config.worker().cacheFileBytes());
    MimeTypes types = new MimeTypes(facts.file(config.mimeTypes().value()));
    handlers = new Handlers(facts, types, cache, new Behind(facts, deadlines));
    sites = new SiteHandler(config, handlers);
    quick = new QuickAnswers(config.limits(), counters, log);
    Limits limits = config.limits();
    connections =
        new Connections(
            limits.connections(), limits.connectionsOfOne(), limits.headerMillis(), deadlines);
    server.setHandler(Bounds.around(sites, limits, deadlines));
    for (Handler handler : sites.all()) {
      handler.setServer(server);
      server.addBean(handler);
    }
    server.setErrorHandler(new ErrorPages(sites));
    server.setRequestLog(
        (request, response) -> {
          counters.answered(response.getStatus());
          quick.remember(request, response);
          if (log != null) {
            log.log(request, response);
          }
        });
    server.setStopTimeout(0);
  }

  Server server() {
    return server;
  }

  Counters counters() {
    return counters;
  }

  /** Reads certificates and starts what handlers need; no door is open yet. */
  void prepare() throws Exception {
    for (Site site : facts.config().sites()) {
      if (site.tls() != null) {
        tls = tls();
        server.addBean(tls);
        break;
      }
    }
    for (WebConfig.Listen listen : facts.config().listens()) {
      prepared.add(door(listen.tls()));
    }
    if (facts.config().status() != null) {
      Server own = new Server(new QueuedThreadPool(8, 2));
      own.setHandler(new StatusPage(counters, server));
      statusDoor = new ServerConnector(own, 0, 1, new HttpConnectionFactory(http(false)));
      own.addConnector(statusDoor);
    }
    openRoots();
    server.start();
  }

  void openRoots() throws IOException {
    for (Rooted rooted : handlers.rooted()) {
      rooted.open();
    }
  }

  private SslContextFactory.Server tls() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PemFiles.password().toCharArray());
    int number = 0;
    List<Site.Tls> added = new ArrayList<>();
    for (Site site : facts.config().sites()) {
      Site.Tls of = site.tls();
      if (of != null && !added.contains(of)) {
        added.add(of);
        byte[] chain = facts.file(of.certificate().value());
        PemFiles.add(store, "site" + number++, chain, facts.file(of.key().value()));
      }
    }
    SslContextFactory.Server factory = new SslContextFactory.Server();
    factory.setKeyStore(store);
    factory.setKeyStorePassword(PemFiles.password());
    factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    factory.setSniRequired(false);
    factory.setRenegotiationAllowed(false);
    factory.setUseCipherSuitesOrder(true);
    return factory;
  }

  private HttpConfiguration http(boolean secure) {
    Limits limits = facts.config().limits();
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(limits.headerBytes());
    http.setResponseHeaderSize(16 * 1024);
    http.setOutputBufferSize(32 * 1024);
    http.setUriCompliance(UriCompliance.DEFAULT);
    http.setRelativeRedirectAllowed(true);
    http.setIdleTimeout(-1);
    if (secure) {
      SecureRequestCustomizer customizer = new SecureRequestCustomizer();
      customizer.setSniHostCheck(false);
      http.addCustomizer(customizer);
    }
    return http;
  }

  /**
   * A door that is not open yet: HTTP/1.1, and with TLS HTTP/2 too. Made outside: its parts look
   * for each other by files of the class path.
   */
  ServerConnector door(boolean secure) {
    HttpConfiguration http = http(secure);
    List<ConnectionFactory> protocols = new ArrayList<>();
    HttpConnectionFactory one = new QuickConnections(http, quick);
    if (secure) {
      SslContextFactory.Server factory = tls;
      if (factory == null) {
        throw new IllegalStateException("TLS without a certificate");
      }
      ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
      alpn.setDefaultProtocol(one.getProtocol());
      HTTP2ServerConnectionFactory two = new HTTP2ServerConnectionFactory(http);
      two.setMaxConcurrentStreams(128);
      protocols.add(new SslConnectionFactory(factory, alpn.getProtocol()));
      protocols.add(alpn);
      protocols.add(two);
    }
    protocols.add(one);
    ServerConnector door =
        new Door(
            server,
            Math.max(1, Runtime.getRuntime().availableProcessors()),
            protocols.toArray(new ConnectionFactory[0]));
    door.setIdleTimeout(facts.config().limits().idleMillis());
    door.setAcceptedTcpNoDelay(true);
    door.addBean(counters.connections());
    door.addBean(connections);
    return door;
  }

  /** Accepts there from now on. */
  void open(ServerConnector door, Fd socket, String address) throws Exception {
    door.open(AdoptedSockets.listening(socket, address));
    server.addConnector(door);
    door.start();
    doors.add(door);
  }

  /** Opens all that the configuration names. */
  void openAll(List<Fd> sockets) throws Exception {
    connections.hurry();
    List<WebConfig.Listen> listens = facts.config().listens();
    for (int i = 0; i < listens.size(); i++) {
      open(prepared.get(i), sockets.get(i), listens.get(i).address());
    }
    ServerConnector status = statusDoor;
    if (status != null) {
      // Where it listens decides only how its socket is taken over.
      String address = facts.config().status() == null ? "" : facts.config().status().value();
      status.open(AdoptedSockets.listening(sockets.getLast(), address));
      status.getServer().start();
    }
  }

  void shut(ServerConnector door) throws Exception {
    doors.remove(door);
    door.stop();
    server.removeConnector(door);
  }

  /** Accepts no more; each connection ends with its next answer. */
  void finish() {
    sites.finish();
    quick.finish();
    for (ServerConnector door : doors) {
      door.close();
    }
  }

  /** How many connections there are. */
  int connections() {
    int count = 0;
    for (ServerConnector door : doors) {
      count += door.getConnectedEndPoints().size();
    }
    return count;
  }
}
