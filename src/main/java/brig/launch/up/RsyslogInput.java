package brig.launch.up;

import brig.launch.service.Outlets;
import brig.tree.JailPaths;

/**
 * What makes rsyslog listen to a jail: an input of its module imuxsock for that jail's socket
 * alone. The host name of its messages is the jail's, which no sender can change; the pid is the
 * kernel's word; the time is rsyslog's.
 */
public final class RsyslogInput {
  private RsyslogInput() {}

  /** The host name under which a jail's messages are logged. */
  public static String hostName(String jail) {
    return "jail-" + jail;
  }

  /** The text of a file for /etc/rsyslog.d, where imuxsock is loaded already. */
  public static String of(String jail, JailPaths paths) {
    return ("# What the jail " + jail + " sends to its /dev/log, by brig syslog " + jail + ".\n")
        + "input(type=\"imuxsock\"\n"
        + ("      Socket=\"" + paths.outlets(jail) + "/" + Outlets.LOG + "\" CreatePath=\"on\"\n")
        + ("      HostName=\"" + hostName(jail) + "\" IgnoreTimestamp=\"on\"")
        + " UsePIDFromSystem=\"on\"\n"
        + ("      RateLimit.Interval=\"" + SyslogRelay.SECONDS + "\" RateLimit.Burst=\"")
        + (SyslogRelay.MOST + "\" RateLimit.Severity=\"0\")\n");
  }
}
