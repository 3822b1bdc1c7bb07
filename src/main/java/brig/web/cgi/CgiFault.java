package brig.web.cgi;

import java.io.IOException;

/** A program answered something that is no answer; the message is for the error log. */
public final class CgiFault extends IOException {
  private static final long serialVersionUID = 1L;

  public CgiFault(String message) {
    super(message);
  }
}
