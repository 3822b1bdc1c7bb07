package brig.hole.wire;

/** The peer broke the protocol; carries no stack trace, as it is part of the normal course. */
public final class WireException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient WireError error;

  public WireException(WireError error) {
    super(error.text(), null, false, false);
    this.error = error;
  }

  public WireError error() {
    return error;
  }
}
