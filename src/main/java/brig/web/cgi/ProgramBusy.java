package brig.web.cgi;

import java.io.IOException;

/** No program can be started, or asked, just now. */
public final class ProgramBusy extends IOException {
  private static final long serialVersionUID = 1L;

  public ProgramBusy(String message) {
    super(message);
  }
}
