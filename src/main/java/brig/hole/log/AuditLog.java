package brig.hole.log;

import brig.linux.LinuxException;

/** Where records go. */
public interface AuditLog extends AutoCloseable {
  /**
   * Writes a record.
   *
   * @return false: it could not be written; the next one is tried again
   */
  boolean write(AuditRecord record);

  /** Begins anew with what its name means now: it was put aside. */
  void reopen() throws LinuxException;

  @Override
  void close();
}
