package brig.seal;

import brig.plan.Exclusions;
import java.util.List;
import java.util.Set;

/**
 * Which files are configuration, that one reader alone needs: what lies in the directories of
 * configuration, but for what every program opens by itself.
 */
final class Configuration {
  private static final List<String> PLACES = List.of("/etc/", "/usr/local/etc/", "/opt/etc/");

  /** Files of /etc that libraries read in any process. */
  private static final Set<String> FOR_ALL =
      Set.of(
          "/etc/ld.so.cache",
          "/etc/ld.so.conf",
          "/etc/ld.so.preload",
          "/etc/passwd",
          "/etc/group",
          "/etc/nsswitch.conf",
          "/etc/hosts",
          "/etc/host.conf",
          "/etc/gai.conf",
          "/etc/resolv.conf",
          "/etc/services",
          "/etc/protocols",
          "/etc/networks",
          "/etc/localtime",
          "/etc/timezone",
          "/etc/os-release",
          "/etc/locale.alias",
          "/etc/inputrc");

  /** Directories of the same kind. */
  private static final List<String> ALL_FOR_ALL =
      List.of(
          "/etc/ld.so.conf.d/",
          "/etc/ssl/certs/",
          "/etc/pki/tls/certs/",
          "/etc/pki/ca-trust/",
          "/etc/ca-certificates/",
          "/etc/alternatives/",
          "/etc/terminfo/",
          "/etc/perl/",
          "/etc/python",
          "/etc/php/",
          "/etc/fonts/");

  private static final Set<String> OPENSSL =
      Set.of("/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf");

  private final Exclusions readable;

  /**
   * @param readable the jailfile's own exceptions
   */
  Configuration(Exclusions readable) {
    this.readable = readable;
  }

  boolean holds(String path) {
    return isIn(path, PLACES)
        && !FOR_ALL.contains(path)
        && !OPENSSL.contains(path)
        && !isIn(path, ALL_FOR_ALL);
  }

  /** Whether the jailfile says that the service reads it as its user. */
  boolean isReadable(String path) {
    return readable.excluding(path) != null;
  }

  private static boolean isIn(String path, List<String> places) {
    for (String place : places) {
      if (path.startsWith(place)) {
        return true;
      }
    }
    return false;
  }
}
