package brig.audit.breakout;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.launch.service.RunState;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tries every way out of a jail, from inside, and tells which held. */
public final class Breakout {
  private static final long LIMIT_MILLIS = 10_000;

  private Breakout() {}

  /** Told of each attempt as it is done. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * Called after each.
     *
     * @throws BrigException to end it here; all is tidied up
     */
    void tried(Tried tried) throws BrigException, IOException;
  }

  /**
   * Tries them all, one after the other, each with processes of its own. Needs root.
   *
   * @param service as it runs, to compare with; null when it does not
   * @param watcher told of each
   * @throws BrigException when nothing can be started in the jail
   */
  public static BreakoutReport run(Target target, @Nullable RunState service, Watcher watcher)
      throws BrigException, IOException {
    List<Tried> tried = new ArrayList<>();
    try (Canary canary = target.canary()) {
      Facts facts = facts(target, canary);
      Likeness likeness = Likeness.with(service, facts);
      for (Attempt attempt : Attempts.all()) {
        Tried one = attempt(attempt, target, canary, facts);
        watcher.tried(one);
        tried.add(one);
      }
      return new BreakoutReport(target.name(), target.as(), facts, likeness, tried);
    }
  }

  private static Facts facts(Target target, Canary canary) throws BrigException, LinuxException {
    try (Scene scene = new Scene(target, canary, new Transcript(LIMIT_MILLIS))) {
      return Facts.of(scene, scene.inmate());
    } catch (Refused | NotPossible e) {
      throw BrigException.refused(
          Problem.of("cannot start a process in " + target.name())
              .answered(String.valueOf(e.getMessage())));
    }
  }

  private static Tried attempt(Attempt attempt, Target target, Canary canary, Facts facts) {
    Transcript transcript = new Transcript(LIMIT_MILLIS);
    Result result;
    try (Scene scene = new Scene(target, canary, transcript)) {
      result = new Result.Escaped(attempt.path().tryIt(scene));
    } catch (Refused e) {
      result = new Result.Held(e.call(), e.answer());
    } catch (NotPossible e) {
      result = new Result.NotTried(e.why());
    } catch (AttemptEnd | BrigException | IOException e) {
      result = new Result.NotTried("outside: " + e.getMessage());
    }
    List<String> stoppedBy =
        result instanceof Result.Held held ? stoppedBy(attempt, held, facts) : List.of();
    return new Tried(attempt.id(), attempt.technique(), result, stoppedBy, transcript.lines());
  }

  private static List<String> stoppedBy(Attempt attempt, Result.Held held, Facts facts) {
    List<String> words = new ArrayList<>();
    for (Guard guard : attempt.guards()) {
      if (guard.inForce().test(facts) && !words.contains(guard.word())) {
        words.add(guard.word());
      }
    }
    if (words.isEmpty()) {
      words.add(
          switch (held.answer()) {
            case "EPERM", "EACCES" -> "the rights of uid " + facts.uid();
            default -> "the kernel";
          });
    }
    return words;
  }
}
