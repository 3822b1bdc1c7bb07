package brig.hole.visit;

import brig.hole.job.Value;
import brig.hole.session.Token;
import brig.hole.wire.End;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a job may run for a request. */
public sealed interface Admission {
  /**
   * It may, now, once.
   *
   * @param values every field of the job
   * @param language one of the hole's
   * @param user who has logged in; empty: nobody
   * @param pass for {@link Visits#done}
   */
  record Granted(Map<String, Value> values, String language, String user, Pass pass)
      implements Admission {}

  /**
   * Nothing runs.
   *
   * @param wrong what is wrong with fields, by their names
   */
  record Denied(Map<String, String> wrong, End end) implements Admission {}

  /** What is remembered of an admission until its job has ended. */
  final class Pass {
    final Token token;
    final boolean isVisitorKnown;
    final String language;
    final @Nullable String guessed;
    final String peer;

    Pass(
        Token token,
        boolean isVisitorKnown,
        String language,
        @Nullable String guessed,
        String peer) {
      this.token = token;
      this.isVisitorKnown = isVisitorKnown;
      this.language = language;
      this.guessed = guessed;
      this.peer = peer;
    }
  }
}
