package brig.web.config;

import brig.spec.JailSpec;
import brig.spec.Located;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a location does with a request. Each has its handler in a room of its own. */
public sealed interface Action {
  /**
   * Serves files, of the site's root or of another directory in its place (an alias).
   *
   * @param root null: the site's
   */
  record Files(@Nullable Located<String> root) implements Action {}

  /** Sends the client elsewhere. */
  record Redirect(int status, String to) implements Action {}

  /** Answers with a status, such as 403 or 404, and nothing else. */
  record Status(int status) implements Action {}

  /**
   * How many may be at work for a location.
   *
   * @param most at once
   * @param waiting beyond these; more are told to come back
   */
  record Crowd(int most, int waiting) {}

  /** What one program may use; -1: any amount. {@code processes} are those of its whole tree. */
  record ProgramLimits(
      long cpuSeconds, long memoryBytes, long fileBytes, int files, int processes) {}

  /**
   * What programs may do beside reading the jail and answering.
   *
   * @param writable directories of the jail
   * @param connect TCP ports; null: any
   * @param seccomp what is taken from the default filter of system calls, and added to it
   */
  record Reach(
      List<Located<String>> writable,
      @Nullable List<Located<Integer>> connect,
      JailSpec.SeccompPolicy seccomp) {
    public Reach {
      writable = List.copyOf(writable);
      connect = connect == null ? null : List.copyOf(connect);
    }
  }

  /**
   * Starts a program for each request (RFC 3875).
   *
   * @param path the directory that holds them, or the one program
   * @param single whether it is one program
   * @param user whom they run as; null: the worker's own account
   * @param asOwner each runs as the owner of its file instead
   * @param leastUid the least that an owner may have
   * @param millis each may run
   * @param environment beside what the request makes
   */
  record Cgi(
      Located<String> path,
      boolean single,
      @Nullable Located<String> user,
      boolean asOwner,
      int leastUid,
      Crowd crowd,
      long millis,
      ProgramLimits limits,
      Reach reach,
      Map<String, String> environment)
      implements Action {
    public Cgi {
      environment = Map.copyOf(environment);
    }
  }

  /**
   * Asks an application server.
   *
   * @param suffix of the scripts below the site's root; empty: all of the location is its own
   * @param index the script that stands for its directory
   * @param fallback the script for what is not there; null: none
   * @param scriptRoot what the application server calls the site's root; null: the host's path
   * @param keepMillis how long a connection is kept that nobody needs
   * @param bodyBuffer bytes of a body of unknown length that are gathered at most
   */
  record FastCgi(
      Upstream upstream,
      String suffix,
      String index,
      @Nullable String fallback,
      @Nullable String scriptRoot,
      Crowd crowd,
      long connectMillis,
      long millis,
      long keepMillis,
      int bodyBuffer,
      Map<String, String> environment)
      implements Action {
    public FastCgi {
      environment = Map.copyOf(environment);
    }
  }

  /**
   * Asks another server of HTTP.
   *
   * @param base takes the place of the location's path; null: the path stays as it is
   * @param host what the other server is told as Host; null: what the client said
   */
  record Proxy(
      Upstream upstream,
      @Nullable String base,
      @Nullable String host,
      Crowd crowd,
      long connectMillis,
      long millis,
      boolean webSocket)
      implements Action {}

  /**
   * Shows the forms of a hole.
   *
   * @param directory of its doors, on the host
   * @param most requests at once
   */
  record Hole(Located<String> directory, int most) implements Action {}
}
