package brig.web.cgi;

import java.io.IOException;

/** A program is not there, or may not be run. */
public final class ProgramRefused extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param status what the visitor is answered
   */
  public ProgramRefused(int status, String message) {
    super(message);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
