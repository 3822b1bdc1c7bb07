package brig.hole.log;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.LocalSocket;
import brig.linux.ProcessStatus;
import brig.linux.Stream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Records as messages: to syslog (syslog(3), RFC 3164) or to the journal (its native protocol). */
public final class DatagramLog implements AuditLog {
  /** Facility authpriv (10), severity info (6). */
  private static final int PRIORITY = 10 * 8 + 6;

  private final String socket;
  private final byte[] before;
  private @Nullable Fd fd;

  private DatagramLog(String socket, String before) {
    this.socket = socket;
    this.before = before.getBytes(StandardCharsets.US_ASCII);
  }

  public static DatagramLog syslog() throws LinuxException {
    DatagramLog log =
        new DatagramLog("/dev/log", "<" + PRIORITY + ">brig-hole[" + ProcessStatus.self() + "]: ");
    log.reopen();
    return log;
  }

  public static DatagramLog journald() throws LinuxException {
    DatagramLog log =
        new DatagramLog(
            "/run/systemd/journal/socket",
            "SYSLOG_IDENTIFIER=brig-hole\nSYSLOG_FACILITY=10\nPRIORITY=6\nMESSAGE=");
    log.reopen();
    return log;
  }

  @Override
  public boolean write(AuditRecord record) {
    byte[] line = record.line();
    byte[] message = new byte[before.length + line.length];
    System.arraycopy(before, 0, message, 0, before.length);
    System.arraycopy(line, 0, message, before.length, line.length);
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        if (fd == null) {
          reopen();
        }
        Fd to = fd;
        return to != null && Stream.write(to, message, 0, message.length) == message.length;
      } catch (LinuxException e) {
        close(); // whoever listened there was started anew
      }
    }
    return false;
  }

  @Override
  public void reopen() throws LinuxException {
    close();
    fd = LocalSocket.datagrams(socket);
  }

  @Override
  public void close() {
    if (fd != null) {
      fd.close();
      fd = null;
    }
  }
}
