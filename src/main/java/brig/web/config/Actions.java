package brig.web.config;

import brig.spec.Located;
import java.util.ArrayList;
import java.util.List;

/** What is asked of every action. */
public final class Actions {
  private Actions() {}

  /** The paths that the worker needs inside the jail. */
  static List<Located<String>> inside(Action action) {
    return switch (action) {
      case Action.Files(Located<String> root) -> root == null ? List.of() : List.of(root);
      case Action.Cgi cgi -> {
        List<Located<String>> paths = new ArrayList<>(cgi.reach().writable());
        paths.addFirst(cgi.path());
        yield paths;
      }
      case Action.FastCgi fastCgi -> socket(fastCgi.upstream());
      case Action.Proxy proxy -> socket(proxy.upstream());
      case Action.Hole _, Action.Redirect _, Action.Status _ -> List.of();
    };
  }

  private static List<Located<String>> socket(Upstream upstream) {
    return switch (upstream) {
      case Upstream.Local(Located<String> path) -> List.of(path);
      case Upstream.Port _ -> List.of();
    };
  }

  private static List<Located<Integer>> port(Upstream upstream) {
    return switch (upstream) {
      case Upstream.Local _ -> List.of();
      case Upstream.Port port -> List.of(new Located<>(port.port(), port.at()));
    };
  }

  private static String words(Upstream upstream) {
    return switch (upstream) {
      case Upstream.Local(Located<String> path) -> "unix:" + path.value();
      case Upstream.Port port ->
          (port.host().indexOf(':') < 0 ? port.host() : "[" + port.host() + "]")
              + ":"
              + port.port();
    };
  }

  /** The TCP ports of this host and others that a worker may connect to: those that are named. */
  public static List<Located<Integer>> connects(WebConfig config) {
    List<Located<Integer>> ports = new ArrayList<>();
    for (Site site : config.sites()) {
      for (Location location : site.locations()) {
        ports.addAll(connects(location.action()));
      }
    }
    return ports;
  }

  private static List<Located<Integer>> connects(Action action) {
    return switch (action) {
      case Action.FastCgi fastCgi -> port(fastCgi.upstream());
      case Action.Proxy proxy -> port(proxy.upstream());
      case Action.Cgi _, Action.Files _, Action.Hole _, Action.Redirect _, Action.Status _ ->
          List.of();
    };
  }

  /** In a few words, for {@code --explain}. */
  public static String words(Action action) {
    return switch (action) {
      case Action.Files(Located<String> root) ->
          root == null ? "files of the site's root" : "files of " + root.value();
      case Action.Redirect(int status, String to) -> status + " to " + to;
      case Action.Status(int status) -> "status " + status;
      case Action.Cgi cgi -> (cgi.single() ? "the program " : "programs of ") + cgi.path().value();
      case Action.FastCgi fastCgi ->
          (fastCgi.suffix().isEmpty() ? "FastCGI at " : fastCgi.suffix() + " by FastCGI at ")
              + words(fastCgi.upstream());
      case Action.Proxy proxy -> "proxy for " + words(proxy.upstream());
      case Action.Hole hole -> "forms of the hole in " + hole.directory().value();
    };
  }
}
