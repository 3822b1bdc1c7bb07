package brig.audit.breakout;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.linux.LinuxException;
import brig.report.BrigException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What one attempt has to play with: processes in the jail and outside, all gone at its end. */
final class Scene implements AutoCloseable {
  private final Target target;
  private final Canary canary;
  private final Transcript transcript;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  Scene(Target target, Canary canary, Transcript transcript) {
    this.target = target;
    this.canary = canary;
    this.transcript = transcript;
  }

  Target target() {
    return target;
  }

  Canary canary() {
    return canary;
  }

  Transcript transcript() {
    return transcript;
  }

  /** A name in the inner canary directory, as the jail sees it. */
  String place(String name) {
    return target.place(canary) + "/" + name;
  }

  /** A process in the jail. */
  Puppet inmate() throws BrigException, LinuxException, Refused, NotPossible {
    return inmate(Variation.NONE);
  }

  Puppet inmate(Variation variation) throws BrigException, LinuxException, Refused, NotPossible {
    return keep(target.start(canary, variation, transcript));
  }

  /** A process outside that runs as the same user, such as another instance of the service. */
  Puppet twin() throws LinuxException {
    return keep(
        OutsideStart.of(canary.programPath(), target.uid(), target.gid())
            .start("outside, same user", transcript));
  }

  /** Root, outside. */
  Puppet helper() throws LinuxException {
    return keep(OutsideStart.of(canary.programPath(), 0, 0).start("outside, root", transcript));
  }

  Puppet keep(Puppet puppet) {
    open.push(puppet);
    return puppet;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        transcript.add("cannot tidy up: " + e.getMessage());
      }
    }
  }
}
