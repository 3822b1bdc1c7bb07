package brig.hole.wire;

import org.jspecify.annotations.Nullable;

/** Why a call came to its end. */
public enum Reason {
  /** Every step succeeded, or the description is whole. */
  DONE("done", -1),
  /** A step ended with a status other than 0, which is the code. */
  FAILED("failed", -1),
  /** A step was killed by a signal; the code is 128 and the signal's number. */
  SIGNALLED("signalled", -1),
  /** Values are wrong: a frame {@code W} told of each. Nothing ran. */
  INVALID("invalid", 100),
  /** There is no such job, or it is not for this caller. Nothing ran. */
  REFUSED("refused", 100),
  /** The job needs a session, and the token is absent or names none that lives. Nothing ran. */
  LOGIN("login", 100),
  /** The client broke the protocol. Nothing ran. */
  PROTOCOL("protocol", 100),
  /** Too much is running or waiting already. Nothing ran. */
  BUSY("busy", 111),
  /** A limit of time was reached; what ran was killed. */
  TIMEOUT("timeout", 111),
  /** The job wrote more than it may; what ran was killed. */
  TRUNCATED("truncated", 111),
  /** The client asked for the end. */
  CANCELLED("cancelled", 111),
  /** The listener was ended while the job ran. */
  INTERRUPTED("interrupted", 111),
  /** The listener could not run it: a program is absent, a log cannot be written. */
  UNAVAILABLE("unavailable", 111);

  private final String word;
  private final int code;

  Reason(String word, int code) {
    this.word = word;
    this.code = code;
  }

  public String word() {
    return word;
  }

  /** The code of an end for this reason; -1: the job's own. */
  public int code() {
    return code;
  }

  /** Null: the word means nothing. */
  public static @Nullable Reason of(String word) {
    for (Reason reason : values()) {
      if (reason.word.equals(word)) {
        return reason;
      }
    }
    return null;
  }
}
