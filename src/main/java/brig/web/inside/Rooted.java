package brig.web.inside;

import java.io.IOException;

/** A handler that keeps directories open: it opens them anew when the worker has gone in. */
public interface Rooted {
  /** Opens what it needs, by {@link Inside#path}; called outside first, and once more inside. */
  void open() throws IOException;
}
