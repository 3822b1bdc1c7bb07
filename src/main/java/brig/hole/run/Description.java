package brig.hole.run;

import brig.hole.door.Caller;
import brig.hole.door.Desk;
import brig.hole.door.Reply;
import brig.hole.job.Hole;
import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.hole.wire.Request;
import brig.hole.wire.ServerFrame;
import java.util.List;

/** A call that wants to see a form, not to run a job. */
final class Description implements Desk.Client {
  private final Runner runner;
  private final Hole hole;
  private final Request request;
  private final Caller caller;
  private final Reply reply;
  private boolean gone;

  Description(Runner runner, Hole hole, Request request, Caller caller, Reply reply) {
    this.runner = runner;
    this.hole = hole;
    this.request = request;
    this.caller = caller;
    this.reply = reply;
  }

  Desk.Client begin() {
    Reception reception = runner.reception();
    runner.aside(
        () -> reception.describe(hole, request, caller),
        this::send,
        why -> {
          runner.write(
              runner.about(caller, "unavailable").with("why", String.valueOf(why.getMessage())));
          end(End.of(Reason.UNAVAILABLE));
        });
    return this;
  }

  private void send(List<ServerFrame> frames) {
    if (!gone) {
      frames.forEach(reply::send);
    }
  }

  private void end(End end) {
    if (!gone) {
      reply.send(new ServerFrame.Ending(end));
    }
  }

  @Override
  public void cancel() {
    left();
  }

  @Override
  public void left() {
    gone = true;
  }

  @Override
  public void drained() {
    // it is sent at once
  }
}
