package brig.hole.run;

import brig.hole.door.Caller;
import brig.hole.door.Desk;
import brig.hole.door.Loop;
import brig.hole.door.Reply;
import brig.hole.job.Hole;
import brig.hole.job.Job;
import brig.hole.log.AuditRecord;
import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.hole.wire.Request;
import brig.hole.wire.ServerFrame;
import brig.launch.child.Children;
import org.jspecify.annotations.Nullable;

/**
 * One call of a job, from the request to the end. It goes on in small pieces on the loop's thread;
 * what may wait is done aside, and whoever ends the call meanwhile wins.
 */
final class Call implements Desk.Client, Crowd.Guest, Steps.Owner {
  private static final long STARTED = System.currentTimeMillis();

  private final Runner runner;
  private final Runner.Settings settings;
  private final Hole hole;
  private final Job job;
  private final Request request;
  private final Caller caller;
  private final Reply reply;
  private final String id;
  private final long begun = System.nanoTime();

  private Reception.Admission.@Nullable Granted granted;
  private @Nullable Steps steps;
  private Loop.@Nullable Timer queueDeadline;
  private int slot = -1;
  private boolean entered;
  private boolean clientGone;
  private boolean stopped;
  private boolean over;

  Call(
      Runner runner,
      Runner.Settings settings,
      Job job,
      Request request,
      Caller caller,
      Reply reply,
      long number) {
    this.runner = runner;
    this.settings = settings;
    this.hole = settings.hole();
    this.job = job;
    this.request = request;
    this.caller = caller;
    this.reply = reply;
    this.id = Long.toString(STARTED, 36) + "-" + number;
  }

  void begin() {
    if (job.session() == Job.SessionUse.NONE && isPlain()) {
      admitted(Reception.plain(hole, job, request));
      return;
    }
    Reception reception = runner.reception();
    runner.aside(
        () -> reception.admit(hole, job, request, caller),
        admission -> {
          if (!over) {
            admitted(admission);
          }
        },
        this::storeFailed);
  }

  /** Nothing in it is for a session. */
  private boolean isPlain() {
    if (request.token() != null) {
      return false;
    }
    for (String name : request.values().keySet()) {
      if (job.field(name) == null) {
        return false;
      }
    }
    return true;
  }

  private void storeFailed(Exception why) {
    runner.write(about("unavailable").with("why", String.valueOf(why.getMessage())));
    finish(End.of(Reason.UNAVAILABLE));
  }

  private void admitted(Reception.Admission admission) {
    switch (admission) {
      case Reception.Admission.Granted good -> {
        granted = good;
        steps = new Steps(runner, this, job, new Identities(settings.users()), good);
        queue();
      }
      case Reception.Admission.Denied denied -> {
        denied.wrong().forEach((field, text) -> tell(new ServerFrame.Wrong(field, text)));
        finish(denied.end());
      }
    }
  }

  private void queue() {
    switch (runner.crowd().come(this)) {
      case ENTERED -> enter();
      case WAITS -> {
        place(runner.crowd().waiting() - 1);
        long millis = hole.crowd().queueWait().toMillis();
        queueDeadline = runner.loop().after(millis, () -> finish(End.of(Reason.BUSY)));
      }
      case BUSY -> finish(End.of(Reason.BUSY));
    }
  }

  private void leaveQueue() {
    if (queueDeadline != null) {
      queueDeadline.cancel();
      queueDeadline = null;
    }
  }

  @Override
  public String user() {
    String visitor = visitor();
    return visitor.isEmpty() ? "uid " + caller.uid() : visitor;
  }

  /** Who has logged in; empty: nobody. */
  private String visitor() {
    return granted == null ? "" : granted.user();
  }

  @Override
  public String job() {
    return job.name();
  }

  @Override
  public int mostOfJob() {
    return job.atOnce();
  }

  @Override
  public int mostOfJobAndUser() {
    return job.atOnceEachUser();
  }

  @Override
  public void place(int before) {
    tell(new ServerFrame.Place(before));
  }

  @Override
  public void enter() {
    entered = true;
    leaveQueue();
    Steps programs = steps;
    if (programs == null) {
      throw new IllegalStateException("a call that was not admitted has a place");
    }
    AuditRecord record = about("started");
    if (job.audit() == Job.Audit.VALUES) {
      record.with("values", programs.loggable());
    }
    if (!runner.write(record) && hole.logRequired()) {
      finish(End.of(Reason.UNAVAILABLE).saying("the log cannot be written"));
      return;
    }
    slot = runner.runningFile().begin(id, job.name());
    programs.next();
  }

  @Override
  public void runs(int pid) {
    if (runner.children().way() == Children.Way.WALKING) {
      runner.runningFile().step(slot, pid);
    }
  }

  @Override
  public void failed(End end) {
    finish(end);
  }

  /** After the steps: what the session has to do with it, then the end. */
  @Override
  public void succeeded() {
    End end = End.exited(0);
    Reception.Admission.Granted whose = granted;
    Steps programs = steps;
    if (whose == null
        || programs == null
        || (job.session() == Job.SessionUse.NONE
            && job.keepStep() == null
            && job.pages().isEmpty())) {
      finish(end);
      return;
    }
    Captured captured = programs.captured();
    runner.aside(
        () -> whose.after().done(captured.userNamed(), captured.kept()),
        parting -> {
          parting.frames().forEach(this::tell);
          End instead = parting.instead();
          finish(instead == null ? end : instead);
        },
        this::storeFailed);
  }

  @Override
  public void tell(ServerFrame frame) {
    if (!clientGone) {
      reply.send(frame);
    }
  }

  @Override
  public boolean isFull() {
    return !clientGone && reply.isFull();
  }

  /** The client is told, and the log; nothing of it runs any more. */
  private void finish(End end) {
    if (over) {
      return;
    }
    over = true;
    leaveQueue();
    long nanos = System.nanoTime() - begun;
    long bytes = steps == null ? 0 : steps.outputBytes();
    AuditRecord record =
        about(entered ? "ended" : "refused")
            .with("end", end.reason().word())
            .with("code", end.code())
            .with("milliseconds", nanos / 1_000_000);
    if (entered) {
      record.with("output", bytes);
    }
    if (clientGone) {
      record.with("left", "yes");
    }
    runner.write(record);
    runner.counters().ended(job.name(), end.reason(), nanos, bytes);
    tell(new ServerFrame.Ending(end));
    if (entered) {
      runner.runningFile().end(slot);
      runner.crowd().leave(this);
    } else {
      runner.crowd().giveUp(this);
    }
    runner.ended(this);
  }

  @Override
  public AuditRecord about(String event) {
    AuditRecord record = runner.about(caller, event).with("call", id).with("job", job.name());
    String visitor = visitor();
    return visitor.isEmpty() ? record : record.with("user", visitor);
  }

  /** Ends it for a reason that is not the program's. */
  void end(Reason reason) {
    if (over || stopped) {
      return;
    }
    stopped = true;
    if (!entered || steps == null || !steps.stop(reason)) {
      finish(End.of(reason));
    }
  }

  @Override
  public void cancel() {
    end(Reason.CANCELLED);
  }

  @Override
  public void left() {
    clientGone = true;
    boolean finishes = entered && job.onLeave() == Job.OnLeave.FINISH;
    if (!finishes) {
      end(Reason.CANCELLED);
    } else {
      drained();
    }
  }

  @Override
  public void drained() {
    if (steps != null) {
      steps.goOn();
    }
  }
}
