package brig.tree;

import java.io.IOException;

/** A file of the host is no longer what the plan saw: the plan has to be made again. */
final class HostChangedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String path;

  HostChangedException(String path) {
    super(path);
    this.path = path;
  }

  String path() {
    return path;
  }
}
