package brig.web.cgi;

import java.io.IOException;

/** A program did not answer in time. */
public final class ProgramLate extends IOException {
  private static final long serialVersionUID = 1L;

  public ProgramLate(String message) {
    super(message);
  }
}
