package brig.web.cgi;

import java.io.IOException;

/** Nobody is there any more to be answered. */
public final class ClientGone extends IOException {
  private static final long serialVersionUID = 1L;

  public ClientGone(Throwable cause) {
    super(cause);
  }
}
