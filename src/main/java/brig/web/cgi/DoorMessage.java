package brig.web.cgi;

import java.util.List;
import java.util.Map;

/** What a worker and its parent say about programs; {@link DoorWire} has the bytes. */
public sealed interface DoorMessage {
  /**
   * From the worker: start a program; the descriptors of its input, output and errors come along.
   *
   * @param id the worker's own, for what is said later
   * @param place the number of the location, in the configuration's order
   * @param script the program's path below the location's directory, beginning with a slash; empty
   *     where the location is one program
   * @param words its arguments
   * @param variables its environment, as far as the request makes it
   */
  record Start(int id, int place, String script, List<String> words, Map<String, String> variables)
      implements DoorMessage {
    public Start {
      words = List.copyOf(words);
      variables = Map.copyOf(variables);
    }
  }

  /** From the worker: nobody wants its answer any more. */
  record Stop(int id) implements DoorMessage {}

  /**
   * From the parent: it did not run, or did not end by itself.
   *
   * @param why so that the log can tell it
   */
  record Ended(int id, Reason reason, String why) implements DoorMessage {}

  /** How the visitor is answered. */
  enum Reason {
    /** There is no such program. */
    ABSENT(1),
    /** There is one that may not be run. */
    FORBIDDEN(2),
    /** Too many run. */
    BUSY(3),
    /** It could not be started. */
    FAILED(4),
    /** It ran too long, and was killed. */
    LATE(5),
    /** A signal ended it. */
    KILLED(6);

    private final int number;

    Reason(int number) {
      this.number = number;
    }

    /** What stands for it in a packet. */
    int number() {
      return number;
    }
  }
}
