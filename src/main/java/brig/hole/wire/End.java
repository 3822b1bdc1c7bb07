package brig.hole.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended: the payload of {@code X} and the line on the FIFO door's third pipe, {@code
 * CODE SIGNAL REASON} or {@code CODE SIGNAL REASON MESSAGE}.
 *
 * @param code 0 to 255: what a command that made the call exits with
 * @param signal what killed the step; 0: none did
 * @param message a sentence for the visitor in the language of the call; may be empty
 */
public record End(int code, int signal, Reason reason, String message) {
  private static final int MAX_MESSAGE = 1000;

  public End {
    if (code < 0 || code > 255 || signal < 0 || signal > 64) {
      throw new IllegalArgumentException("no end: " + code + " " + signal);
    }
  }

  /** Of a call whose last step ended by itself. */
  public static End exited(int status) {
    return new End(status, 0, status == 0 ? Reason.DONE : Reason.FAILED, "");
  }

  /** Of a call whose step was killed, not by the listener. */
  public static End killed(int signal) {
    return new End(128 + signal, signal, Reason.SIGNALLED, "");
  }

  /** Of a call that ended for another reason. */
  public static End of(Reason reason) {
    return new End(Math.max(reason.code(), 0), 0, reason, "");
  }

  public End saying(String text) {
    return new End(code, signal, reason, text);
  }

  public boolean isDone() {
    return reason == Reason.DONE;
  }

  /** One line without its newline; control characters of the message become blanks. */
  public String line() {
    String line = code + " " + signal + " " + reason.word();
    if (message.isEmpty()) {
      return line;
    }
    StringBuilder text = new StringBuilder(line).append(' ');
    int most = Math.min(message.length(), MAX_MESSAGE);
    for (int i = 0; i < most; i++) {
      char c = message.charAt(i);
      text.append(Character.isISOControl(c) || Character.isSurrogate(c) ? ' ' : c);
    }
    return text.toString();
  }

  /**
   * Reads what {@link #line} wrote.
   *
   * @throws WireException it is none
   */
  public static End parse(Bytes payload) throws WireException {
    String line = payload.utf8();
    String[] parts = line == null ? new String[0] : line.split(" ", 4);
    Reason reason = parts.length >= 3 ? Reason.of(parts[2]) : null;
    int code = parts.length >= 3 ? number(parts[0], 255) : -1;
    int signal = parts.length >= 3 ? number(parts[1], 64) : -1;
    if (reason == null || code < 0 || signal < 0) {
      throw new WireException(new WireError.BadPayload('X', "is not CODE SIGNAL REASON"));
    }
    return new End(code, signal, reason, parts.length == 4 ? parts[3] : "");
  }

  /** Whole and ASCII; -1 when it is none or above the most. */
  static int number(@Nullable String text, int most) {
    if (text == null || text.isEmpty() || text.length() > 9) {
      return -1;
    }
    int number = 0;
    for (byte digit : text.getBytes(StandardCharsets.UTF_8)) {
      if (digit < '0' || digit > '9') {
        return -1;
      }
      number = number * 10 + (digit - '0');
    }
    return number > most ? -1 : number;
  }
}
