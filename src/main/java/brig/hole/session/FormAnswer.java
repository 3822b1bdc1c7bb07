package brig.hole.session;

/** Whether a form that a visitor sent is taken. */
public enum FormAnswer {
  TAKEN,
  /** It was not made for this visitor and this form, or is no nonce at all. */
  FORGED,
  /** It was sent before. */
  SENT_BEFORE,
  /** It was shown too long ago, or before the visitor's session began. */
  TOO_OLD
}
