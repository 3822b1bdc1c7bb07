package brig.hole.listener;

import brig.hole.door.Caller;
import brig.hole.job.Hole;
import brig.hole.job.Job;
import brig.hole.run.Reception;
import brig.hole.visit.Afterwards;
import brig.hole.visit.Visits;
import brig.hole.wire.Request;
import brig.hole.wire.ServerFrame;
import brig.report.BrigException;
import java.util.List;

/** Calls are let in by the visits of a hole: its sessions and forms. */
final class VisitReception implements Reception {
  private final Visits visits;

  VisitReception(Visits visits) {
    this.visits = visits;
  }

  @Override
  public Reception.Admission admit(Hole hole, Job job, Request request, Caller caller)
      throws BrigException {
    String peer = caller.uid() < 0 ? "fifo" : "uid " + caller.uid();
    return switch (visits.admit(hole, job, request, peer)) {
      case brig.hole.visit.Admission.Denied denied ->
          new Reception.Admission.Denied(denied.wrong(), denied.end());
      case brig.hole.visit.Admission.Granted granted ->
          new Reception.Admission.Granted(
              granted.values(),
              granted.language(),
              granted.user(),
              (user, kept) -> {
                Afterwards after = visits.done(hole, job, granted.pass(), user, kept);
                return new Parting(after.frames(), after.instead());
              });
    };
  }

  @Override
  public List<ServerFrame> describe(Hole hole, Request request, Caller caller)
      throws BrigException {
    return visits.describe(hole, request).frames();
  }
}
