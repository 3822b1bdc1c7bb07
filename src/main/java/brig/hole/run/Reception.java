package brig.hole.run;

import brig.hole.door.Caller;
import brig.hole.job.FieldCheck;
import brig.hole.job.FieldError;
import brig.hole.job.Hole;
import brig.hole.job.Job;
import brig.hole.job.Kept;
import brig.hole.job.Languages;
import brig.hole.job.Value;
import brig.hole.wire.Bytes;
import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.hole.wire.Request;
import brig.hole.wire.ServerFrame;
import brig.report.BrigException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who lets calls in and shows forms: sessions, as the runner sees them. Methods may wait for a disk
 * or a database; they are called aside.
 */
public interface Reception {
  /**
   * Decides whether a job may run for a request; what the client sent is judged here, and only
   * here.
   *
   * @throws BrigException the store of sessions does not answer: nothing runs
   */
  Admission admit(Hole hole, Job job, Request request, Caller caller) throws BrigException;

  /** What a client is shown that wants to see, not to run; an ending last. */
  List<ServerFrame> describe(Hole hole, Request request, Caller caller) throws BrigException;

  /** The answer. */
  sealed interface Admission {
    /**
     * It may, once.
     *
     * @param values of every field
     * @param user who has logged in; empty: nobody
     */
    record Granted(Map<String, Value> values, String language, String user, After after)
        implements Admission {}

    /**
     * Nothing runs.
     *
     * @param wrong what is wrong with fields, by their names
     */
    record Denied(Map<String, String> wrong, End end) implements Admission {}
  }

  /** What is done when every step has succeeded. */
  interface After {
    /**
     * Does it.
     *
     * @param user who the authorize step says that the visitor is; empty: it says nothing
     * @param kept what the keep step wrote; null: there is none
     */
    Parting done(String user, @Nullable Bytes kept) throws BrigException;
  }

  /**
   * What is sent before the end.
   *
   * @param instead the end in place of the job's own; null: the job's own
   */
  record Parting(List<ServerFrame> frames, @Nullable End instead) {
    public static final Parting QUIET = new Parting(List.of(), null);
  }

  /** A job that has nothing to do with sessions. */
  static Admission plain(Hole hole, Job job, Request request) {
    String language = Languages.choose(hole.languages(), request.language());
    return switch (FieldCheck.check(job, request, Kept.NONE)) {
      case FieldCheck.Outcome.Good good ->
          new Admission.Granted(good.values(), language, "", (user, kept) -> Parting.QUIET);
      case FieldCheck.Outcome.Bad bad -> {
        Map<String, String> wrong = new LinkedHashMap<>();
        for (Map.Entry<String, FieldError> error : bad.errors().entrySet()) {
          wrong.put(error.getKey(), error.getValue().in(hole, language));
        }
        yield new Admission.Denied(wrong, End.of(Reason.INVALID));
      }
    };
  }

  /** Where there are no sessions. */
  Reception WITHOUT_SESSIONS =
      new Reception() {
        @Override
        public Admission admit(Hole hole, Job job, Request request, Caller caller) {
          return job.session() == Job.SessionUse.NONE
              ? plain(hole, job, request)
              : new Admission.Denied(Map.of(), End.of(Reason.LOGIN));
        }

        @Override
        public List<ServerFrame> describe(Hole hole, Request request, Caller caller) {
          return List.of(new ServerFrame.Ending(End.of(Reason.REFUSED)));
        }
      };
}
