package brig.audit;

import brig.linux.LinuxException;

/**
 * One thing that an audit looks for. An instance serves one audit and may gather what it sees. What
 * one file refuses to tell (an exception) is noted as not seen, and the audit goes on.
 */
public interface Rule {
  About about();

  /** Called for each thing in the jail, directories before what is in them. */
  default void look(Node node, Findings out) throws LinuxException {}

  /** Called for each process in the jail. */
  default void look(JailedProcess process, Findings out) throws LinuxException {}

  /**
   * Whether what it looks for does no harm behind a mount that is read-only, nosuid and nodev. Then
   * it does not look at what a jail in mode "bind" shows of the host.
   */
  default boolean isHeldByMount() {
    return false;
  }

  /** Called once, when all was looked at. */
  default void finish(Inspection jail, Findings out) throws LinuxException {}
}
