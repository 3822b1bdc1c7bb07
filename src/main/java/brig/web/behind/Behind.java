package brig.web.behind;

import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.web.auth.BasicHandler;
import brig.web.auth.Users;
import brig.web.cgi.CgiHandler;
import brig.web.cgi.CgiPlaces;
import brig.web.cgi.CgiSettings;
import brig.web.cgi.Programs;
import brig.web.cgi.Scripts;
import brig.web.config.Action;
import brig.web.config.Auth;
import brig.web.config.JailedPaths;
import brig.web.config.Location;
import brig.web.config.Site;
import brig.web.config.Upstream;
import brig.web.fastcgi.FastCgiClient;
import brig.web.fastcgi.FastCgiHandler;
import brig.web.fastcgi.FastCgiSettings;
import brig.web.hole.Connections;
import brig.web.hole.HoleHandler;
import brig.web.hole.Holes;
import brig.web.inside.Inside;
import brig.web.limits.Deadlines;
import brig.web.limits.Gate;
import brig.web.proxy.ProxySettings;
import brig.web.proxy.ReverseProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.jspecify.annotations.Nullable;

/**
 * Makes the handlers of programs, application servers, other servers and passwords. To be made
 * outside of the jail; what the handlers open by path, they open at the first request.
 */
public final class Behind {
  private static final int WAITING_PASSWORDS = 256;
  private static final long PATIENCE_MILLIS = 30_000;

  private final Inside inside;
  private final Deadlines deadlines;
  private final Executor threads;
  private final Gate passwords;
  private @Nullable Programs programs;
  private @Nullable Connections holes;

  public Behind(Inside inside, Deadlines deadlines) {
    this.inside = inside;
    this.deadlines = deadlines;
    ThreadFactory daemons = Thread.ofPlatform().name("behind-", 0).daemon(true).factory();
    this.threads = Executors.newCachedThreadPool(daemons);
    int processors = Runtime.getRuntime().availableProcessors();
    this.passwords =
        new Gate(Math.max(1, processors / 2), WAITING_PASSWORDS, PATIENCE_MILLIS, threads);
  }

  /**
   * The handler of a location.
   *
   * @param files hands out the files of the site
   * @return null when its action is none of those that are made here
   */
  public @Nullable Handler of(Site site, Location location, Handler files) throws LinuxException {
    return switch (location.action()) {
      case Action.Cgi cgi -> cgi(site, location, cgi);
      case Action.FastCgi fastCgi -> fastCgi(site, location, fastCgi, files);
      case Action.Proxy proxy -> proxy(location, proxy);
      case Action.Hole hole -> hole(location, hole);
      case Action.Files _, Action.Redirect _, Action.Status _ -> null;
    };
  }

  /** The same handler, for those only whom the location lets in. */
  public Handler guarded(Location location, Handler handler) throws BrigException {
    Auth auth = location.auth();
    if (auth == null) {
      return handler;
    }
    List<Problem> problems = new ArrayList<>();
    String file = auth.users().value();
    Users users = Users.read(file, auth.realm(), inside.file(file), problems);
    if (users == null) {
      throw new BrigException(ExitCode.USAGE, problems);
    }
    for (Problem warning : users.warnings()) {
      inside.error(warning.text());
    }
    return new BasicHandler(handler, auth.realm(), users, passwords);
  }

  private Gate gate(Action.Crowd crowd) {
    return new Gate(crowd.most(), crowd.waiting(), PATIENCE_MILLIS, threads);
  }

  private Handler cgi(Site site, Location location, Action.Cgi cgi) throws LinuxException {
    Programs asked = programs;
    if (asked == null) {
      asked = new Programs(PacketSocket.of(inside.programs()));
      programs = asked;
    }
    String path = cgi.path().value();
    CgiSettings settings =
        new CgiSettings(
            CgiPlaces.number(inside.config(), location),
            location.path(),
            () -> inside.path(path),
            cgi.single(),
            () -> inside.path(site.root().value()),
            cgi.millis());
    return new CgiHandler(
        settings, scripts(site, path), asked, gate(cgi.crowd()), threads, inside::error);
  }

  private Scripts scripts(Site site, String path) {
    return new Scripts(() -> inside.path(path), site.links() == Site.Links.INSIDE);
  }

  private Handler fastCgi(Site site, Location location, Action.FastCgi action, Handler files) {
    String root = site.root().value();
    String scriptRoot = action.scriptRoot();
    FastCgiSettings settings =
        new FastCgiSettings(
            location.path(),
            action.suffix(),
            action.index(),
            action.fallback(),
            scriptRoot == null ? JailedPaths.outside(inside.config(), root) : scriptRoot,
            action.bodyBuffer(),
            action.environment());
    FastCgiClient client =
        new FastCgiClient(
            address(action.upstream()),
            action.connectMillis(),
            action.millis(),
            action.keepMillis(),
            deadlines,
            threads);
    return new FastCgiHandler(
        files, settings, client, scripts(site, root), gate(action.crowd()), inside::error);
  }

  private Handler hole(Location location, Action.Hole hole) {
    Connections connections = holes;
    if (connections == null) {
      connections = new Connections(PacketSocket.of(inside.holes()));
      holes = connections;
    }
    return new HoleHandler(
        location.path(),
        connections,
        Holes.number(inside.config(), hole),
        hole.most(),
        inside::error);
  }

  private Supplier<SocketAddress> address(Upstream upstream) {
    return switch (upstream) {
      case Upstream.Local local ->
          () -> UnixDomainSocketAddress.of(inside.path(local.path().value()));
      case Upstream.Port port -> {
        SocketAddress address =
            new InetSocketAddress(InetAddress.ofLiteral(port.host()), port.port());
        yield () -> address;
      }
    };
  }

  private Handler proxy(Location location, Action.Proxy proxy) {
    Upstream upstream = proxy.upstream();
    ProxySettings settings =
        new ProxySettings(
            location.path(),
            upstream instanceof Upstream.Local local
                ? () -> inside.path(local.path().value())
                : null,
            upstream instanceof Upstream.Port port ? port.host() : "localhost",
            upstream instanceof Upstream.Port port ? port.port() : 80,
            proxy.base(),
            proxy.host(),
            proxy.crowd().most(),
            proxy.crowd().waiting(),
            proxy.connectMillis(),
            proxy.millis(),
            proxy.webSocket());
    return new ReverseProxy(settings, inside::error);
  }
}
