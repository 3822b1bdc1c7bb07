package brig.launch;

import brig.report.BrigException;

/** Starts what an order says, in its jail. The only way in which Brig starts anything confined. */
public final class Launcher {
  private Launcher() {}

  /** Turns this process into the service. Returns only by throwing. */
  public static void become(LaunchOrder order) throws BrigException {
    throw new UnsupportedOperationException(order.jail());
  }

  /**
   * Starts the service as a child of this process and leaves this process as it is.
   *
   * @return the child's pid, as this process sees it
   */
  public static int spawn(LaunchOrder order) throws BrigException {
    throw new UnsupportedOperationException(order.jail());
  }
}
