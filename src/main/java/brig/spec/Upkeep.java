package brig.spec;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How {@code brig up} keeps it running.
 *
 * @param after names of jails that are to be ready before
 */
public record Upkeep(Restart restart, List<Located<String>> after, Ready ready) {
  /** When {@code brig up} starts a service again. */
  public enum Restart {
    NO,
    /** When it was killed or exited with another status than 0. */
    ON_FAILURE,
    ALWAYS
  }

  /**
   * How {@code brig up} knows that it serves: all that is given must hold.
   *
   * @param port TCP, that a process of the jail listens on
   * @param socket a Unix socket inside that takes connections
   * @param file a path inside
   * @param notifies it says so by sd_notify(3)
   * @param timeout how long it may take
   */
  public record Ready(
      OptionalInt port,
      @Nullable String socket,
      @Nullable String file,
      boolean notifies,
      Duration timeout) {

    /** Nothing was asked for. */
    public boolean isEmpty() {
      return port.isEmpty() && socket == null && file == null && !notifies;
    }
  }
}
