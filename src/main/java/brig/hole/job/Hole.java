package brig.hole.job;

import brig.spec.Located;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A hole's file that was read and found free of mistakes. Names of users and groups are as written:
 * they are resolved on the host, later. Keys and defaults: docs/hole.md.
 *
 * @param name the file's name without {@code .hole.toml}
 * @param file the file as the person named it
 * @param languages tags such as {@code fr}; the first is spoken when a visitor wishes none of them
 * @param callers who may use the socket door: names or numbers of users, resolved outside; empty:
 *     the user of the jail's service alone
 * @param logRequired nothing runs that cannot be logged
 * @param sessions null: no job of this hole has to do with sessions
 * @param jobs by their names, in the order of the file
 * @param messages what the hole says in place of Brig's own words, by language
 */
public record Hole(
    String name,
    String file,
    String description,
    List<String> languages,
    List<Located<String>> callers,
    boolean logRequired,
    Crowd crowd,
    @Nullable Sessions sessions,
    Map<String, Job> jobs,
    Map<String, Map<Message, String>> messages) {

  /**
   * How much may run and wait at a time, over all jobs.
   *
   * @param atOnce the most calls that run
   * @param atOnceEachUser the most that run for one user of a session, or one caller's uid where
   *     there is no session
   * @param queue the most calls that wait; the next one is told that the hole is busy
   * @param queueWait how long a call waits before it is told the same
   */
  public record Crowd(int atOnce, int atOnceEachUser, int queue, Duration queueWait) {}

  /** The job of that name; null: there is none. */
  public @Nullable Job job(String name) {
    return jobs.get(name);
  }

  /** The same hole with these jobs alone. */
  public Hole with(Predicate<Job> wanted) {
    Map<String, Job> some = new LinkedHashMap<>(jobs);
    some.values().removeIf(wanted.negate());
    return new Hole(
        name, file, description, languages, callers, logRequired, crowd, sessions, some, messages);
  }

  /** What is said in a language: the hole's own word, else Brig's, else Brig's in English. */
  public String message(Message message, String language) {
    Map<Message, String> own = messages.get(language);
    String text = own == null ? null : own.get(message);
    return text == null ? message.in(language) : text;
  }
}
