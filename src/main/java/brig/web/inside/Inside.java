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

  /** The path inside the jail of a path of the configuration. */
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

  /** A line of the error log, made printable. */
  void error(String line);
}
