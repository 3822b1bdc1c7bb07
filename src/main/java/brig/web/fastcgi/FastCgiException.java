package brig.web.fastcgi;

import java.io.IOException;

/** The application server said what the protocol does not allow, or ended in the middle. */
public final class FastCgiException extends IOException {
  private static final long serialVersionUID = 1L;

  public FastCgiException(String message) {
    super(message);
  }
}
