package brig.hole.listener;

import brig.hole.door.DoorLimits;
import brig.hole.run.HostUsers;
import brig.hole.run.Reception;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.Problem;
import java.util.List;

/**
 * What a listener is to do.
 *
 * @param name of the jail, or of the hole that is served by itself: names the state and the cgroups
 * @param configuration is read at the start and at each SIGHUP
 * @param log where records go: a path, {@code syslog} or {@code journald}
 * @param state the directory of what holds while it runs
 * @param graceMillis how long calls may go on after SIGTERM
 * @param receptions who lets calls in
 * @param teller to whom it says what people must know
 * @param beside what is open beside the doors while it serves
 */
public record Order(
    String name,
    Configuration configuration,
    String log,
    String state,
    DoorLimits limits,
    long graceMillis,
    Receptions receptions,
    Teller teller,
    Beside beside) {
  private static final String USUAL_STATE = "/run/brig/holes/";

  /** The name of its control groups: under another BRIG_HOME a hole may have the same name. */
  String controlGroup() {
    String group = "brig-hole-" + name;
    return state.startsWith(USUAL_STATE)
        ? group
        : group + "-" + Integer.toHexString(state.hashCode());
  }

  /** Reads what is to be served. */
  @FunctionalInterface
  public interface Configuration {
    List<Served> read(HostUsers users) throws BrigException;
  }

  /** Makes who lets calls in. */
  public interface Receptions {
    /**
     * For a hole as it is now; called again for the same hole after a reload.
     *
     * @throws BrigException the store of its sessions cannot be opened
     */
    Reception of(Served served) throws BrigException;

    /** Called once in a while, on a thread that may wait. */
    void sweep() throws BrigException;
  }

  /** Says something. */
  public interface Teller {
    void say(String text);

    void problem(Problem problem);
  }

  /** Something that is opened when the doors are, and closed before they are. */
  @FunctionalInterface
  public interface Beside {
    /** Opens it; must not wait for an answer of the listener, which does not run yet. */
    Closing open(List<Served> served) throws BrigException;

    /** Closes it. */
    @FunctionalInterface
    interface Closing extends AutoCloseable {
      @Override
      void close() throws LinuxException;
    }
  }
}
