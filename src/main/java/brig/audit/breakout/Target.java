package brig.audit.breakout;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.linux.LinuxException;
import brig.report.BrigException;

/** What is to be broken out of. */
public sealed interface Target permits JailTarget, ChrootTarget {
  /** The jail's name, or the directory. */
  String name();

  /** {@code service}, {@code root}, or {@code UID:GID}. */
  String as();

  /** Makes the canary directories. */
  Canary canary() throws LinuxException;

  /** The inner canary directory, as the jail sees it. */
  String place(Canary canary);

  /** A process in the jail, confined as what runs there is. */
  Puppet start(Canary canary, Variation variation, Transcript transcript)
      throws BrigException, LinuxException, Refused, NotPossible;

  /** The user as whom an outsider is the jailed process's equal. */
  int uid();

  int gid();
}
