package brig.hole.log;

import brig.linux.Datagrams;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Records as messages: to syslog (RFC 3164, without the time, which the daemon notes) or to the
 * journal (its native protocol, systemd.io/JOURNAL_NATIVE_PROTOCOL). It never waits: where the
 * daemon is not there or takes no more, the record is not written, and the next one is tried again.
 */
public final class DatagramLog implements AuditLog {
  /** Where a host's syslog listens. */
  public static final String SYSLOG = "/dev/log";

  /** Where the journal listens. */
  public static final String JOURNAL = "/run/systemd/journal/socket";

  /** Facility authpriv (10), severity info (6). */
  private static final int PRIORITY = 10 * 8 + 6;

  /**
   * What rsyslog takes unless it is told otherwise (its maxMessageSize, 8 KiB), the head with it.
   */
  private static final int MOST_SYSLOG = 8000;

  /** Below net.core.wmem_default, so that it can be sent at once. */
  private static final int MOST_JOURNAL = 128 * 1024;

  private final String socket;
  private final byte[] before;
  private final int most;
  private final boolean endsLine;
  private @Nullable Fd fd;

  private DatagramLog(String socket, String before, int most, boolean endsLine) {
    this.socket = socket;
    this.before = before.getBytes(StandardCharsets.US_ASCII);
    this.most = most - this.before.length;
    this.endsLine = endsLine;
  }

  /**
   * To syslog.
   *
   * @param socket {@link #SYSLOG}, unless a test listens elsewhere
   * @throws LinuxException nobody listens there
   */
  public static DatagramLog syslog(String socket) throws LinuxException {
    String head = "<" + PRIORITY + ">brig-hole[" + ProcessStatus.self() + "]: ";
    return new DatagramLog(socket, head, MOST_SYSLOG, false).connected();
  }

  /**
   * To the journal.
   *
   * @param socket {@link #JOURNAL}, unless a test listens elsewhere
   * @throws LinuxException nobody listens there
   */
  public static DatagramLog journald(String socket) throws LinuxException {
    String head = "SYSLOG_IDENTIFIER=brig-hole\nSYSLOG_FACILITY=10\nPRIORITY=6\nMESSAGE=";
    return new DatagramLog(socket, head, MOST_JOURNAL, true).connected();
  }

  private DatagramLog connected() throws LinuxException {
    connect();
    return this;
  }

  private Fd connect() throws LinuxException {
    Fd known = fd;
    if (known == null) {
      int slash = socket.lastIndexOf('/');
      known = Datagrams.connect(socket.substring(0, slash), socket.substring(slash + 1));
      fd = known;
    }
    return known;
  }

  @Override
  public boolean write(AuditRecord record) {
    byte[] line = record.lineWithin(most);
    int length = endsLine ? line.length : line.length - 1;
    byte[] message = new byte[before.length + length];
    System.arraycopy(before, 0, message, 0, before.length);
    System.arraycopy(line, 0, message, before.length, length);
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        return Datagrams.send(connect(), message);
      } catch (LinuxException e) {
        close(); // whoever listened there was started anew, or is not there now
      }
    }
    return false;
  }

  /** The socket that bears the name when the next record is written. */
  @Override
  public void reopen() {
    close();
  }

  @Override
  public void close() {
    if (fd != null) {
      fd.close();
      fd = null;
    }
  }
}
