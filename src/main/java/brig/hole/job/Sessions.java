package brig.hole.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How sessions of a hole live.
 *
 * @param idle a session ends when nothing was asked for so long
 * @param absolute a session ends after this time, whatever happens
 * @param rotate a token is replaced after this time
 * @param eachUser the most sessions of one user at a time
 * @param whenFull what happens to a log-in beyond that
 * @param failures after so many failed log-ins of a user, each further one must wait twice as long
 *     as the last
 * @param failureWindow the longest of these waits
 * @param database where several hosts share them: a JDBC URL of PostgreSQL; null: a file of the
 *     listener's own
 * @param passwordFile the path of a file that holds the database's password; null: none is needed
 */
public record Sessions(
    Duration idle,
    Duration absolute,
    Duration rotate,
    int eachUser,
    WhenFull whenFull,
    int failures,
    Duration failureWindow,
    @Nullable String database,
    @Nullable String passwordFile) {

  /** What happens to a log-in when a user has as many sessions as are allowed. */
  public enum WhenFull {
    /** The one that was not used for the longest time ends. */
    END_OLDEST,
    REFUSE
  }
}
