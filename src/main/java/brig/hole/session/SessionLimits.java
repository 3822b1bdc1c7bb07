package brig.hole.session;

import java.time.Duration;

/**
 * How long and how many (OWASP ASVS 5.0, 7.1 and 7.3).
 *
 * @param idle a session ends this long after its last use; told to within a twentieth of it, so
 *     that not every request is written down
 * @param absolute and this long after its login, whatever it does
 * @param rotate a token is replaced this long after it was given out, when the next form is shown
 * @param form a form that was shown longer ago is not taken any more
 * @param perAccount so many sessions of one account
 * @param refuseMore the login after that is refused; else it ends the one that was idle longest
 * @param visitors so many sessions of visitors who have not logged in; beyond it the idlest go
 * @param freeFailures so many failed logins cost no waiting; each further one doubles it
 * @param longestWait the most that a failed login makes its account and its peer wait
 */
public record SessionLimits(
    Duration idle,
    Duration absolute,
    Duration rotate,
    Duration form,
    int perAccount,
    boolean refuseMore,
    int visitors,
    int freeFailures,
    Duration longestWait) {

  public static final SessionLimits USUAL =
      new SessionLimits(
          Duration.ofMinutes(30),
          Duration.ofHours(12),
          Duration.ofHours(1),
          Duration.ofHours(1),
          5,
          false,
          10_000,
          5,
          Duration.ofMinutes(15));

  public SessionLimits {
    if (idle.compareTo(Duration.ofSeconds(1)) < 0
        || absolute.compareTo(idle) < 0
        || form.compareTo(Duration.ofSeconds(1)) < 0
        || perAccount < 1
        || visitors < 1
        || freeFailures < 1
        || longestWait.isNegative()) {
      throw new IllegalArgumentException("limits of sessions: " + this);
    }
  }

  /** When a use is written down: the last one that was is that long ago. */
  long touchMillis() {
    return Math.min(60_000, idle.toMillis() / 20);
  }
}
