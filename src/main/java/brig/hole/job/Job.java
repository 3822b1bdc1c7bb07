package brig.hole.job;

import brig.report.Position;
import brig.spec.Located;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a client can ask for.
 *
 * @param at where it begins in the file
 * @param title what visitors see as its name; never empty
 * @param help a sentence or two above its form
 * @param hidden it is in no list of jobs; whoever knows its name can ask for it
 * @param fifo the FIFO door is open to it
 * @param callers who may ask for it; empty: whoever may use the hole
 * @param pages the forms of a wizard, each field on one of them; empty: all fields on one form
 * @param steps at least one; each runs when all before it have succeeded
 * @param atOnce the most calls of this job that run at a time
 * @param atOnceEachUser the same for one user of a session, or one caller's uid
 * @param next jobs whose forms are offered when this one is done
 */
public record Job(
    String name,
    Position at,
    Texts title,
    Texts help,
    boolean hidden,
    boolean fifo,
    List<Located<String>> callers,
    SessionUse session,
    List<Field> fields,
    List<Page> pages,
    List<Step> steps,
    int atOnce,
    int atOnceEachUser,
    OnLeave onLeave,
    Audit audit,
    List<Located<String>> next) {

  /** What a job has to do with sessions. */
  public enum SessionUse {
    /** Nothing: no token is looked at. */
    NONE,
    /** It needs one that lives. */
    NEEDS,
    /** It begins one when its authorize step has succeeded. */
    BEGINS,
    /** It ends the one that it needs, after its steps. */
    ENDS
  }

  /** What happens to a job whose client has gone. */
  public enum OnLeave {
    KILL,
    FINISH
  }

  /** What the audit log says of a call, beside who, when, which job and how it ended. */
  public enum Audit {
    /** Nothing more. */
    CALLS,
    /** The values too, but for secrets and files, of which it tells the length. */
    VALUES
  }

  /** A form of a wizard. */
  public record Page(Texts title, Texts help, List<String> fields) {}

  /** The field of that name; null: there is none. */
  public @Nullable Field field(String name) {
    for (Field field : fields) {
      if (field.name().equals(name)) {
        return field;
      }
    }
    return null;
  }

  /** The fields of type file, in their order: the job's input sections. */
  public List<Field.Upload> uploads() {
    List<Field.Upload> uploads = new java.util.ArrayList<>();
    for (Field field : fields) {
      if (field instanceof Field.Upload upload) {
        uploads.add(upload);
      }
    }
    return uploads;
  }

  /** The step that says who the visitor is; null: none does. */
  public @Nullable Step authorizeStep() {
    for (Step step : steps) {
      if (step.role() == Step.Role.AUTHORIZE) {
        return step;
      }
    }
    return null;
  }

  /** The step whose output the session keeps under the job's name; null: none. */
  public @Nullable Step keepStep() {
    for (Step step : steps) {
      if (step.role() == Step.Role.KEEP) {
        return step;
      }
    }
    return null;
  }
}
