package brig.hole.run;

import brig.hole.door.Loop;
import brig.hole.job.Job;
import brig.hole.job.Step;
import brig.hole.log.AuditRecord;
import brig.hole.wire.Bytes;
import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.hole.wire.ServerFrame;
import brig.launch.child.Child;
import brig.launch.child.ChildOrder.Identity;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The programs of one call, one after the other while each succeeds. For the loop's thread. */
final class Steps {
  /** Whose programs they are. */
  interface Owner {
    void tell(ServerFrame frame);

    /** What is told is not read for now. */
    boolean isFull();

    /** Begins a record about the call. */
    AuditRecord about(String event);

    /** A program runs. */
    void runs(int pid);

    /** Every one has succeeded. */
    void succeeded();

    /** Nothing of them runs any more. */
    void failed(End end);
  }

  private static final long SOON_MILLIS = 5;
  private static final String NOT_STARTED = "a program of this job cannot be started";

  private final Runner runner;
  private final Owner owner;
  private final Job job;
  private final Identities identities;
  private final Reception.Admission.Granted granted;
  private final StepOrders orders;
  private final Captured captured = new Captured();
  private int number;
  private @Nullable StepRun run;
  private @Nullable Reason stopped;
  private long outputBytes;

  Steps(
      Runner runner,
      Owner owner,
      Job job,
      Identities identities,
      Reception.Admission.Granted granted) {
    this.runner = runner;
    this.owner = owner;
    this.job = job;
    this.identities = identities;
    this.granted = granted;
    this.orders = new StepOrders(granted.values(), granted.user(), granted.language());
  }

  /** The first, or the one after that which has ended. */
  void next() {
    if (number == job.steps().size()) {
      owner.succeeded();
      return;
    }
    Step step = job.steps().get(number++);
    Identity identity = identities.of(step.user(), granted.user());
    if (identity == null) {
      unavailable("its user is unknown or not allowed");
      return;
    }
    if (step.role() == Step.Role.KEEP) {
      captured.keep();
    }
    StepStart.Started started;
    try {
      started =
          new StepStart(
                  runner.children(),
                  orders.order(step, identity),
                  orders.input(step.input()),
                  heard(step))
              .run();
    } catch (LinuxException | RuntimeException e) {
      notStarted(e);
      return;
    }
    started(step, started);
  }

  /** Its standard output is wanted. */
  private static boolean heard(Step step) {
    return switch (step.role()) {
      case OUTPUT, KEEP -> true;
      case AUTHORIZE -> step.names() instanceof Step.UserNamedBy.Output;
      case SILENT -> false;
    };
  }

  private void notStarted(Exception why) {
    unavailable(String.valueOf(why.getMessage()));
  }

  private void unavailable(String why) {
    runner.write(owner.about("unavailable").with("step", number).with("why", why));
    owner.failed(End.of(Reason.UNAVAILABLE).saying(NOT_STARTED));
  }

  private void started(Step step, StepStart.Started started) {
    Listener listener = new Listener(step, started.child());
    StepRun begun =
        new StepRun(
            runner.loop(),
            started.child(),
            started.pipes(),
            started.input(),
            started.fed(),
            step.limits().output(),
            runner.buffer(),
            listener);
    run = begun;
    owner.runs(started.child().pid());
    try {
      begun.begin(step.limits().time().toMillis());
    } catch (LinuxException e) {
      begun.kill(StepRun.Why.KILLED);
    }
  }

  /** What a program says, and its end. */
  private final class Listener implements StepRun.Listener {
    private final Step step;
    private final Child child;
    private final StringBuilder complaint = new StringBuilder();
    private Loop.@Nullable Timer soon;

    Listener(Step step, Child child) {
      this.step = step;
      this.child = child;
      // Most programs are over before a client would have read of their beginning, and some cannot
      // become what they were to be.
      this.soon = runner.loop().after(SOON_MILLIS, this::tellBeginning);
    }

    private void tellBeginning() {
      if (soon != null) {
        soon.cancel();
        soon = null;
        owner.tell(new ServerFrame.Started(number));
      }
    }

    @Override
    public void output(byte[] bytes) {
      tellBeginning();
      switch (step.role()) {
        case OUTPUT -> {
          outputBytes += bytes.length;
          owner.tell(new ServerFrame.Output(Bytes.of(bytes)));
          haltWhenFull();
        }
        case AUTHORIZE -> captured.firstLine(bytes);
        case KEEP -> captured.keep(bytes);
        case SILENT -> {}
      }
    }

    @Override
    public void errors(byte[] bytes) {
      tellBeginning();
      if (step.errors() == Step.Errors.VISITOR) {
        owner.tell(new ServerFrame.Errors(Bytes.of(bytes)));
        haltWhenFull();
      } else if (complaint.length() < Captured.MOST_COMPLAINT) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        complaint.append(text, 0, Math.min(text.length(), Captured.MOST_COMPLAINT));
      }
    }

    @Override
    public void ended(Pidfd.Ending ending, StepRun.Why why) {
      run = null;
      LinuxException failure = child.notStarted();
      if (failure != null && stopped == null) {
        if (soon != null) {
          soon.cancel();
        }
        notStarted(failure);
        return;
      }
      tellBeginning();
      if (!complaint.isEmpty()) {
        runner.write(
            owner.about("complaint").with("step", number).with("text", complaint.toString()));
      }
      owner.tell(new ServerFrame.Ended(number, Math.min(255, ending.status())));
      Reason reason = stopped;
      if (reason != null) {
        owner.failed(End.of(reason));
      } else {
        stepEnded(step, ending, why);
      }
    }
  }

  private void haltWhenFull() {
    if (run != null && owner.isFull()) {
      run.halt(true);
    }
  }

  private void stepEnded(Step step, Pidfd.Ending ending, StepRun.Why why) {
    switch (why) {
      case TIMEOUT -> owner.failed(End.of(Reason.TIMEOUT));
      case TRUNCATED -> owner.failed(End.of(Reason.TRUNCATED).saying("truncated"));
      case KILLED -> owner.failed(End.of(Reason.CANCELLED));
      case BY_ITSELF -> {
        if (ending.exited() && ending.number() == 0) {
          if (step.role() == Step.Role.AUTHORIZE) {
            captured.authorized(step, granted.values());
          }
          next();
        } else {
          End end = ending.exited() ? End.exited(ending.number()) : End.killed(ending.number());
          owner.failed(end.saying(step.failure().in(granted.language())));
        }
      }
    }
  }

  /**
   * Ends what runs for a reason that is not the program's; the owner is told when it is gone.
   *
   * @return false: nothing runs, nor is about to
   */
  boolean stop(Reason reason) {
    stopped = reason;
    if (run != null) {
      run.kill(StepRun.Why.KILLED);
      return true;
    }
    return false;
  }

  /** What is told is read again, or by nobody any more. */
  void goOn() {
    if (run != null) {
      run.halt(false);
    }
  }

  long outputBytes() {
    return outputBytes;
  }

  /** What they said that is not for the visitor. */
  Captured captured() {
    return captured;
  }

  /** What of the values the log may have. */
  Map<String, String> loggable() {
    return orders.loggable();
  }
}
