package brig.hole.run;

import brig.hole.door.Caller;
import brig.hole.door.Desk;
import brig.hole.door.Loop;
import brig.hole.door.Reply;
import brig.hole.job.Hole;
import brig.hole.job.Job;
import brig.hole.log.AuditLog;
import brig.hole.log.AuditRecord;
import brig.hole.log.Counters;
import brig.hole.log.RunningFile;
import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.hole.wire.Request;
import brig.hole.wire.ServerFrame;
import brig.launch.child.Children;
import brig.spec.Located;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The desk of one hole: who may ask for what, and what becomes of it. For the loop's thread alone.
 */
public final class Runner implements Desk {
  private final Loop loop;
  private final Children children;
  private final AuditLog log;
  private final Counters counters;
  private final RunningFile runningFile;
  private final byte[] buffer = new byte[64 * 1024];
  private final Set<Call> calls = new HashSet<>();
  private final Crowd crowd;
  private Reception reception;
  private Settings settings;
  private long number;
  private boolean closing;
  private Runnable whenEmpty = () -> {};

  /**
   * What holds for calls that begin now.
   *
   * @param callers who may use the socket
   * @param users of the host, as they were when the hole was read
   */
  public record Settings(Hole hole, Set<Integer> callers, HostUsers users) {}

  /** Who does the work. */
  public record Tools(
      Loop loop, Children children, AuditLog log, Counters counters, RunningFile runningFile) {}

  public Runner(Tools tools, Settings settings, Reception reception) {
    this.loop = tools.loop();
    this.children = tools.children();
    this.log = tools.log();
    this.counters = tools.counters();
    this.runningFile = tools.runningFile();
    this.settings = settings;
    this.reception = reception;
    this.crowd = new Crowd(settings.hole().crowd());
  }

  /** Holds for calls that come from now on. */
  public void settings(Settings next, Reception nextReception) {
    settings = next;
    reception = nextReception;
    crowd.limits(next.hole().crowd());
  }

  @Override
  public Client call(Request request, Caller caller, Reply reply) {
    Settings now = settings;
    String name = request.job();
    Job job = name == null ? null : now.hole().job(name);
    boolean mayUse = caller.door() == Caller.Door.FIFO || now.callers().contains(caller.uid());
    if (request.describe() != null && mayUse && (name == null || job != null)) {
      if (job == null || maySee(job, caller, now)) {
        Hole shown = job != null ? now.hole() : now.hole().with(one -> maySee(one, caller, now));
        return new Description(this, shown, request, caller, reply).begin();
      }
    }
    if (job == null || !mayUse || closing || !maySee(job, caller, now)) {
      // The same word for what is not there and what is not allowed.
      refused(request, caller, reply);
      return new Gone();
    }
    Call call = new Call(this, now, job, request, caller, reply, ++number);
    calls.add(call);
    call.begin();
    return call;
  }

  private void refused(Request request, Caller caller, Reply reply) {
    Reason reason = closing ? Reason.BUSY : Reason.REFUSED;
    String job = request.job();
    counters.ended("", reason, 0, 0);
    write(about(caller, "refused").with("job", job == null ? "" : job));
    reply.send(new ServerFrame.Ending(End.of(reason)));
  }

  private static boolean maySee(Job job, Caller caller, Settings now) {
    if (caller.door() == Caller.Door.FIFO) {
      return job.fifo();
    }
    return job.callers().isEmpty() || uids(job.callers(), now.users()).contains(caller.uid());
  }

  /** The numbers of users; what is no user is nobody. */
  private static Set<Integer> uids(List<Located<String>> names, HostUsers users) {
    Set<Integer> uids = new HashSet<>();
    for (Located<String> name : names) {
      int uid = users.uid(name.value());
      if (uid >= 0) {
        uids.add(uid);
      }
    }
    return uids;
  }

  @Override
  public int sectionsByFifo(String name) {
    Job job = settings.hole().job(name);
    return job == null || !job.fifo() || closing ? -1 : job.uploads().size();
  }

  @Override
  public void misbehaved(Caller caller, String what) {
    counters.misbehaved();
    write(about(caller, "misbehaved").with("what", what));
  }

  AuditRecord about(Caller caller, String event) {
    AuditRecord record = AuditRecord.of(event).with("hole", settings.hole().name());
    record.with("door", caller.door().name().toLowerCase(Locale.ROOT));
    return caller.uid() < 0 ? record : record.with("uid", caller.uid()).with("pid", caller.pid());
  }

  boolean write(AuditRecord record) {
    boolean written = log.write(record);
    if (!written) {
      counters.unlogged();
    }
    return written;
  }

  /** Does what may wait on a thread of its own, and goes on here with what it answered. */
  <T> void aside(
      java.util.concurrent.Callable<T> task,
      java.util.function.Consumer<T> then,
      java.util.function.Consumer<Exception> failed) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                T answer = task.call();
                loop.execute(() -> then.accept(answer));
              } catch (Exception e) {
                loop.execute(() -> failed.accept(e));
              }
            });
  }

  void ended(Call call) {
    calls.remove(call);
    if (calls.isEmpty()) {
      whenEmpty.run();
    }
  }

  Loop loop() {
    return loop;
  }

  Children children() {
    return children;
  }

  Counters counters() {
    return counters;
  }

  RunningFile runningFile() {
    return runningFile;
  }

  Crowd crowd() {
    return crowd;
  }

  Reception reception() {
    return reception;
  }

  byte[] buffer() {
    return buffer;
  }

  /**
   * Takes no new calls.
   *
   * @param then is done when none is left
   */
  public void close(Runnable then) {
    closing = true;
    whenEmpty = then;
    if (calls.isEmpty()) {
      then.run();
    }
  }

  /** Ends what runs and what waits: the listener ends. */
  public void interrupt() {
    for (Call call : Set.copyOf(calls)) {
      call.end(Reason.INTERRUPTED);
    }
  }

  /** What holds now, for the counters. */
  public Map<String, Long> gauges() {
    Map<String, Long> gauges = new LinkedHashMap<>();
    gauges.put("running", (long) crowd.running());
    gauges.put("waiting", (long) crowd.waiting());
    gauges.put("pens", (long) children.pens());
    return gauges;
  }

  /** A client whose call is over before it began. */
  static final class Gone implements Client {
    @Override
    public void cancel() {
      // nothing runs
    }

    @Override
    public void left() {
      // nothing runs
    }

    @Override
    public void drained() {
      // nothing waits
    }
  }
}
