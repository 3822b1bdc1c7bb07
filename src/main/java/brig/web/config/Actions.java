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
      case Action.Redirect _, Action.Status _ -> List.of();
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
      case Action.Files _, Action.Redirect _, Action.Status _ -> List.of();
    };
  }

  /** In a few words, for {@code --explain}. */
  public static String words(Action action) {
    return switch (action) {
      case Action.Files(Located<String> root) ->
          root == null ? "files of the site's root" : "files of " + root.value();
      case Action.Redirect(int status, String to) -> status + " to " + to;
      case Action.Status(int status) -> "status " + status;
    };
  }
}
