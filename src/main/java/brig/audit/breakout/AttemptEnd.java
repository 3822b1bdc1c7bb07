package brig.audit.breakout;

/** An attempt ended without leading out. */
abstract sealed class AttemptEnd extends Exception {
  private static final long serialVersionUID = 1L;

  private AttemptEnd(String message) {
    super(message, null, false, false);
  }

  /** The kernel said no: the wall holds. */
  static final class Refused extends AttemptEnd {
    private static final long serialVersionUID = 1L;
    private final String call;
    private final String answer;

    /**
     * @param call that was refused
     * @param answer the errno's name, or what came instead
     */
    Refused(String call, String answer) {
      super(call + ": " + answer);
      this.call = call;
      this.answer = answer;
    }

    String call() {
      return call;
    }

    String answer() {
      return answer;
    }
  }

  /** What the attempt needs is not there, so that it proves nothing. */
  static final class NotPossible extends AttemptEnd {
    private static final long serialVersionUID = 1L;
    private final String why;

    NotPossible(String why) {
      super(why);
      this.why = why;
    }

    String why() {
      return why;
    }
  }
}
