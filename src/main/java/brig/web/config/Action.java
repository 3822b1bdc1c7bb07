package brig.web.config;

import brig.spec.Located;
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
}
