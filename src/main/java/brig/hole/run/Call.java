package brig.hole.run;

import brig.hole.door.Caller;
import brig.hole.door.Desk;
import brig.hole.door.Loop;
import brig.hole.door.Reply;
import brig.hole.job.Hole;
import brig.hole.job.Job;
import brig.hole.job.Languages;
import brig.hole.job.Step;
import brig.hole.job.Value;
import brig.hole.log.AuditRecord;
import brig.hole.wire.Bytes;
import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.hole.wire.Request;
import brig.hole.wire.ServerFrame;
import brig.launch.child.ChildOrder.Identity;
import brig.linux.Pidfd;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of a job, from the request to the end. It goes on in small pieces on the loop's thread;
 * what may wait is done aside, and whoever ends the call meanwhile wins.
 */
final class Call implements Desk.Client, Crowd.Guest {
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

  private String language;
  private String visitor = "";
  private Reception.After after = (user, kept) -> Reception.Parting.QUIET;
  private Map<String, Value> values = Map.of();
  private @Nullable StepOrders orders;
  private @Nullable Identities identities;
  private final Captured captured = new Captured();
  private int step = -1;
  private @Nullable StepRun run;
  private Loop.@Nullable Timer queueDeadline;
  private @Nullable Reason ended;
  private int slot = -1;
  private long outputBytes;
  private boolean entered;
  private boolean logged;
  private boolean starting;
  private boolean clientGone;
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
    this.language = Languages.choose(hole.languages(), request.language());
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
      case Reception.Admission.Granted granted -> {
        values = granted.values();
        language = granted.language();
        visitor = granted.user();
        after = granted.after();
        orders = new StepOrders(values, visitor, language);
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
        queueDeadline =
            runner
                .loop()
                .after(
                    hole.crowd().queueWait().toMillis(),
                    () -> {
                      queueDeadline = null;
                      finish(End.of(Reason.BUSY));
                    });
      }
      case BUSY -> finish(End.of(Reason.BUSY));
    }
  }

  @Override
  public String user() {
    return visitor.isEmpty() ? "uid " + caller.uid() : visitor;
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
    if (queueDeadline != null) {
      queueDeadline.cancel();
      queueDeadline = null;
    }
    AuditRecord record = about("started");
    if (job.audit() == Job.Audit.VALUES) {
      record.with("values", loggable());
    }
    logged = runner.write(record);
    if (!logged && hole.logRequired()) {
      finish(End.of(Reason.UNAVAILABLE).saying("the log cannot be written"));
      return;
    }
    slot = runner.runningFile().begin(id, job.name());
    identities = new Identities(settings.users());
    nextStep();
  }

  /** Secrets never, of files their length. */
  private Map<String, String> loggable() {
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          switch (value) {
            case Value.Secret secret -> {}
            case Value.Absent() -> {}
            case Value.Upload upload -> texts.put(name, upload.bytes().length() + " bytes");
            default -> texts.put(name, value.text());
          }
        });
    return texts;
  }

  private void nextStep() {
    step++;
    if (step == job.steps().size()) {
      succeeded();
      return;
    }
    Step next = job.steps().get(step);
    Identities who = identities;
    StepOrders words = orders;
    Identity identity = who == null ? null : who.of(next.user(), visitor);
    if (identity == null || words == null) {
      runner.write(
          about("unavailable")
              .with("step", step + 1L)
              .with("why", "its user is unknown or not allowed"));
      finish(End.of(Reason.UNAVAILABLE).saying("a program of this job cannot be started"));
      return;
    }
    starting = true;
    if (next.role() == Step.Role.KEEP) {
      captured.keep();
    }
    StepStart start =
        new StepStart(
            runner,
            words.order(next, identity),
            words.input(next.input()),
            next.role() != Step.Role.SILENT
                && (next.role() != Step.Role.AUTHORIZE
                    || next.names() instanceof Step.UserNamedBy.Output));
    runner.start(() -> start.run(this::started, this::notStarted));
  }

  private void notStarted(Exception why) {
    starting = false;
    runner.write(
        about("unavailable").with("step", step + 1L).with("why", String.valueOf(why.getMessage())));
    if (!over) {
      finish(End.of(Reason.UNAVAILABLE).saying("a program of this job cannot be started"));
    }
    giveUpPlace();
  }

  private void started(StepStart.Started started) {
    starting = false;
    Step now = job.steps().get(step);
    StepRun begun =
        new StepRun(
            runner.loop(),
            started.child(),
            started.pipes(),
            started.input(),
            started.fed(),
            now.limits().output(),
            runner.buffer(),
            new Listener(now));
    run = begun;
    runner.runningFile().step(slot, started.child().pid(), runner.children().inCgroups());
    tell(new ServerFrame.Started(step + 1));
    try {
      begun.begin(now.limits().time().toMillis());
    } catch (brig.linux.LinuxException e) {
      begun.kill(StepRun.Why.KILLED);
    }
    if (ended != null) {
      begun.kill(StepRun.Why.KILLED);
    }
  }

  /** What the program says, and its end. */
  private final class Listener implements StepRun.Listener {
    private final Step now;
    private final StringBuilder complaint = new StringBuilder();

    Listener(Step now) {
      this.now = now;
    }

    @Override
    public void output(byte[] bytes) {
      switch (now.role()) {
        case OUTPUT -> {
          outputBytes += bytes.length;
          tell(new ServerFrame.Output(Bytes.of(bytes)));
          haltWhenFull();
        }
        case AUTHORIZE -> captured.firstLine(bytes);
        case KEEP -> captured.keep(bytes);
        case SILENT -> {}
      }
    }

    @Override
    public void errors(byte[] bytes) {
      if (now.errors() == Step.Errors.VISITOR) {
        tell(new ServerFrame.Errors(Bytes.of(bytes)));
        haltWhenFull();
      } else if (complaint.length() < Captured.MOST_COMPLAINT) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        complaint.append(text, 0, Math.min(text.length(), Captured.MOST_COMPLAINT));
      }
    }

    @Override
    public void ended(Pidfd.Ending ending, StepRun.Why why) {
      run = null;
      if (!complaint.isEmpty()) {
        runner.write(about("complaint").with("step", step + 1L).with("text", complaint.toString()));
      }
      stepEnded(now, ending, why);
    }
  }

  private void haltWhenFull() {
    if (!clientGone && reply.isFull() && run != null) {
      run.halt(true);
    }
  }

  private void stepEnded(Step now, Pidfd.Ending ending, StepRun.Why why) {
    tell(new ServerFrame.Ended(step + 1, Math.min(255, ending.status())));
    Reason cause = ended;
    if (cause != null) {
      finish(End.of(cause));
      giveUpPlace();
      return;
    }
    switch (why) {
      case TIMEOUT -> failed(End.of(Reason.TIMEOUT));
      case TRUNCATED -> failed(End.of(Reason.TRUNCATED).saying("truncated"));
      case KILLED -> failed(End.of(Reason.CANCELLED));
      case BY_ITSELF -> {
        if (ending.exited() && ending.number() == 0) {
          if (now.role() == Step.Role.AUTHORIZE) {
            captured.authorized(now, values);
          }
          nextStep();
        } else {
          End end = ending.exited() ? End.exited(ending.number()) : End.killed(ending.number());
          failed(end.saying(now.failure().in(language)));
        }
      }
    }
  }

  private void failed(End end) {
    finish(end);
    giveUpPlace();
  }

  /** After the steps: what the session has to do with it, then the end. */
  private void succeeded() {
    End end = End.exited(0);
    if (job.session() == Job.SessionUse.NONE && job.keepStep() == null) {
      finish(end);
      giveUpPlace();
      return;
    }
    Reception.After whose = after;
    runner.aside(
        () -> whose.done(captured.userNamed(), captured.kept()),
        parting -> {
          parting.frames().forEach(this::tell);
          End instead = parting.instead();
          finish(instead == null ? end : instead);
          giveUpPlace();
        },
        why -> {
          storeFailed(why);
          giveUpPlace();
        });
  }

  private void tell(ServerFrame frame) {
    if (!clientGone) {
      reply.send(frame);
    }
  }

  /** The client is told, and the log; the place may still be in use. */
  private void finish(End end) {
    if (over) {
      return;
    }
    over = true;
    if (queueDeadline != null) {
      queueDeadline.cancel();
      queueDeadline = null;
    }
    long nanos = System.nanoTime() - begun;
    AuditRecord record =
        about(entered ? "ended" : "refused")
            .with("end", end.reason().word())
            .with("code", end.code())
            .with("milliseconds", nanos / 1_000_000);
    if (entered) {
      record.with("output", outputBytes);
    }
    if (clientGone) {
      record.with("left", "yes");
    }
    runner.write(record);
    runner.counters().ended(job.name(), end.reason(), nanos, outputBytes);
    tell(new ServerFrame.Ending(end));
    if (!entered) {
      runner.crowd().giveUp(this);
      runner.ended(this);
    } else if (run == null && !starting) {
      giveUpPlace();
    }
  }

  private void giveUpPlace() {
    if (entered) {
      entered = false;
      runner.runningFile().end(slot);
      runner.crowd().leave(this);
      runner.ended(this);
    }
  }

  private AuditRecord about(String event) {
    AuditRecord record = runner.about(caller, event).with("call", id).with("job", job.name());
    return visitor.isEmpty() ? record : record.with("user", visitor);
  }

  /** Ends it for a reason that is not the program's. */
  void end(Reason reason) {
    if (over || ended != null) {
      return;
    }
    ended = reason;
    if (run != null) {
      run.kill(StepRun.Why.KILLED);
    } else if (!starting) {
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
    } else if (run != null) {
      run.halt(false);
    }
  }

  @Override
  public void drained() {
    if (run != null) {
      run.halt(false);
    }
  }
}
