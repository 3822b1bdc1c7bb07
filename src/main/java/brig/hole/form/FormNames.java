package brig.hole.form;

/** The names of a form that are no fields; a client sends them as values like all others. */
public final class FormNames {
  /** What all of them begin with. */
  public static final String PREFIX = "brig_";

  /** What makes the form good for one time and one visitor. */
  public static final String NONCE = "brig_nonce";

  /** The page of a wizard that was sent, from 0. */
  public static final String PAGE = "brig_page";

  /** Which button: {@link #SEND}, {@link #NEXT} or {@link #BACK}. */
  public static final String GO = "brig_go";

  /**
   * With the number of a field after it, from 0: what an earlier page gave for it is taken back.
   */
  public static final String DROP = "brig_drop_";

  /** Where the visitor is, as the web side says; only ever used to slow down who guesses. */
  public static final String PEER = "brig_peer";

  public static final String SEND = "send";
  public static final String NEXT = "next";
  public static final String BACK = "back";

  private FormNames() {}
}
