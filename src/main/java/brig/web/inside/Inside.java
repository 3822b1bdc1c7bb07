package brig.web.inside;

import brig.linux.Fd;
import brig.web.config.WebConfig;

/**
 * What a handler finds around it in the worker. Handlers are made before the jail is closed and
 * must then load and open all that they will ever need of the host; what they do with a request is
 * done inside.
 *
 * <p>A handler is a Jetty {@code Handler}. {@code Request.getPathInContext} is the whole path,
 * decoded and without dots; a location's prefix is still on it.
 */
public interface Inside {
  WebConfig config();

  /** The attribute of a request that holds the name of its user, for the log. */
  String USER = "brig.user";

  /**
   * Where a path of the configuration is: on the host, as long as the worker has not gone in, then
   * inside the jail.
   */
  String path(String configured);

  /**
   * A file of the host that the parent read for the worker: one that {@code
   * brig.web.parent.Outside} lists (certificates, keys, users with their hashes).
   */
  byte[] file(String configured);

  /**
   * The socket to the parent's starter of programs ({@code brig.web.parent.ProgramDoor}): packets,
   * descriptors with them.
   */
  Fd programs();

  /** The socket to whoever connects to holes for the worker ({@code brig.web.hole.HoleDesk}). */
  Fd holes();

  /** False while the worker tries itself: its requests are nobody's, and go to nobody else. */
  default boolean serves() {
    return true;
  }

  /** A line of the error log, made printable. */
  void error(String line);
}
