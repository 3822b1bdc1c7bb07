package brig.hole.client;

import brig.hole.wire.Bytes;
import brig.hole.wire.End;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended.
 *
 * @param output of the program, or the description; empty when it went to a listener as it came
 * @param errors of the program, if the job sends them
 * @param wrong what is wrong with the values, by the names of fields, in the call's language
 * @param form JSON of the form that comes next; may be empty
 * @param token the session's token that is good from now on; null: it has not changed
 */
public record HoleAnswer(
    End end,
    Bytes output,
    Bytes errors,
    Map<String, String> wrong,
    Bytes form,
    @Nullable String token) {

  public boolean isDone() {
    return end.isDone();
  }

  /** What was given is no part of it: a token may be in it. */
  @Override
  public String toString() {
    return "HoleAnswer[" + end.line() + "]";
  }
}
