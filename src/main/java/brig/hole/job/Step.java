package brig.hole.job;

import brig.report.Position;
import brig.spec.Located;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program that a job runs.
 *
 * @param at where it begins in the file
 * @param command the program's absolute path, a literal, then its arguments
 * @param environment all that it finds there
 * @param directory its working directory
 * @param user as whom it runs
 * @param names of an authorize step in a job that begins a session, who the user is; null otherwise
 * @param errors where its standard error output goes
 * @param failure what the visitor is told when it fails; may be empty
 */
public record Step(
    Position at,
    Role role,
    List<Located<Word>> command,
    Input input,
    Map<String, Located<Word>> environment,
    String directory,
    RunAs user,
    Limits limits,
    @Nullable UserNamedBy names,
    Errors errors,
    Texts failure) {

  /** The program's absolute path. */
  public String program() {
    return command.getFirst().value() instanceof Word.Literal literal ? literal.text() : "";
  }

  /** What becomes of a step's standard output. */
  public enum Role {
    /** Nobody sees it; its success lets the others run. */
    AUTHORIZE,
    /** It streams to the visitor. */
    OUTPUT,
    /** It is read and thrown away. */
    SILENT,
    /** The session keeps it under the job's name, for fields of other jobs. */
    KEEP
  }

  /** Where the standard error output goes. */
  public enum Errors {
    LOG,
    /** To the visitor as frames {@code E}. */
    VISITOR
  }

  /** What a step reads. */
  public sealed interface Input {
    /** {@code /dev/null}. */
    record Nothing() implements Input {}

    /** The values, each on a line. */
    record Lines(List<Word> values) implements Input {}

    /** {@code NAME=VALUE} on a line each. */
    record Pairs(List<Named> values) implements Input {}

    /**
     * One JSON object on a line, values as strings, numbers or truths; what has no value is null.
     */
    record Json(List<Named> values) implements Input {}

    /** The bytes of a field of type file, or of a text as UTF-8. */
    record Raw(String field) implements Input {}
  }

  /**
   * A word under the name that the program knows: the field's, {@code user} or {@code language}.
   */
  public record Named(String name, Word word) {}

  /** As whom a step runs. */
  public sealed interface RunAs {
    /** A name or number of /etc/passwd, whoever the visitor is. */
    record Fixed(Located<String> user) implements RunAs {}

    /**
     * Who has logged in.
     *
     * @param users the names that are allowed
     * @param groups members of these are allowed too
     * @param leastUid nobody with a lower number is, whatever the lists say
     */
    record SessionUser(
        List<Located<String>> users, List<Located<String>> groups, long leastUid, Position at)
        implements RunAs {}
  }

  /** Who an authorize step says the visitor is. */
  public sealed interface UserNamedBy {
    /** The first line of its output. */
    record Output() implements UserNamedBy {}

    /** The value of the field that it checked. */
    record OfField(String field) implements UserNamedBy {}
  }

  /**
   * What a step may use.
   *
   * @param time how long it may take
   * @param cpu how much processor time one of its processes may take
   * @param memory bytes, of all its processes where a cgroup counts them; else of address space of
   *     each
   * @param processes the most at a time, threads too
   * @param output bytes of its standard output and standard error output together
   * @param openFiles the most descriptors of a process
   * @param fileSize the most bytes of a file that it writes
   */
  public record Limits(
      Duration time,
      Duration cpu,
      long memory,
      int processes,
      long output,
      int openFiles,
      long fileSize) {
    public static final Limits USUAL =
        new Limits(
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            256L << 20,
            64,
            1L << 20,
            256,
            16L << 20);
  }
}
