package brig.audit.breakout;

/** What came of an attempt. */
public sealed interface Result {
  /**
   * The wall held.
   *
   * @param call that was refused
   * @param answer the errno's name mostly
   */
  record Held(String call, String answer) implements Result {}

  /**
   * It led out.
   *
   * @param proof what was done outside
   */
  record Escaped(String proof) implements Result {}

  /** It could not be tried here, so that nothing is known. */
  record NotTried(String why) implements Result {}
}
