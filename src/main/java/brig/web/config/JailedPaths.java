package brig.web.config;

import brig.report.Problem;
import brig.spec.Located;
import brig.spec.Mistakes;

/**
 * Which path inside the jail a path of the configuration is.
 *
 * <p>With {@code fix_root} the configuration keeps the paths that the host has, as mod_chroot's
 * ChrootFixRoot let Apache's; one that is not below the jail's directory could never be found from
 * inside and is refused. Without it, roots of sites and locations are the jail's own paths already.
 */
public final class JailedPaths {
  private final WebConfig config;
  private final Mistakes mistakes;

  JailedPaths(WebConfig config, Mistakes mistakes) {
    this.config = config;
    this.mistakes = mistakes;
  }

  /** Reports every path that is needed inside and lies outside. */
  void check() {
    if (!config.fixRoot()) {
      return;
    }
    for (Site site : config.sites()) {
      check("the root", site.root());
      for (Location location : site.locations()) {
        for (Located<String> path : Actions.inside(location.action())) {
          check("\"" + path.value() + "\" of location " + location.path(), path);
        }
      }
    }
  }

  private void check(String what, Located<String> path) {
    if (!isAtOrBelow(path.value(), config.chroot().value())) {
      mistakes.add(
          Problem.of(what + " is outside of the jail: " + path.value())
              .remedy(
                  "The jail is "
                      + config.chroot().value()
                      + ". Set chroot_dir to a directory that holds all that is served.")
              .at(path.at()));
    }
  }

  /** The path inside. */
  public static String inside(WebConfig config, String path) {
    String jail = config.chroot().value();
    if (!config.fixRoot() && !path.equals(jail)) {
      return path;
    }
    String rest = path.substring(jail.length());
    return rest.isEmpty() ? "/" : rest;
  }

  /** The path on the host of what the configuration calls {@code path}. */
  public static String outside(WebConfig config, String path) {
    String jail = config.chroot().value();
    return config.fixRoot() || path.equals(jail) ? path : path.equals("/") ? jail : jail + path;
  }

  static boolean isAtOrBelow(String path, String above) {
    return above.equals("/")
        || path.equals(above)
        || (path.startsWith(above) && path.charAt(above.length()) == '/');
  }
}
