package brig.tree;

import java.io.IOException;

/** The current generation lacks what its manifest tells of: nothing is to be taken over from it. */
final class BaseLostException extends IOException {
  private static final long serialVersionUID = 1L;

  BaseLostException(String path) {
    super(path + " is gone");
  }
}
