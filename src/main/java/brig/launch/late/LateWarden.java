package brig.launch.late;

import brig.launch.Walls;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Signal;
import brig.linux.ThreadStatus;
import brig.spec.JailSpec.Trigger;
import brig.trace.Caught;
import brig.trace.Injection;
import brig.trace.Warden;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the processes of a daemon into their jail, each at its trigger, and lets none run as
 * anybody but root outside of it. Whoever cannot be taken in is killed before its next instruction.
 */
final class LateWarden implements Warden {
  private final Walls walls;
  private final TriggerCalls calls;
  private final Trigger trigger;
  private final LateWatcher watcher;
  private final Logs logs = new Logs();
  private final Set<Integer> toldUsers = new HashSet<>();

  LateWarden(Walls walls, Trigger trigger, LateWatcher watcher) {
    this.walls = walls;
    this.trigger = trigger;
    this.calls = new TriggerCalls(trigger);
    this.watcher = watcher;
  }

  List<String> callNames() {
    return calls.all();
  }

  @Override
  public Answer beginning(Caught thread) {
    try {
      if (WayIn.isInside(walls, thread.tid())) {
        return calls.changesUser(thread) || logs.isAskedFor(thread)
            ? Answer.TELL_RETURN
            : Answer.GO_ON;
      }
      if (thread.foreign()) {
        kill(thread, "it makes calls of another architecture, at which it cannot be taken in");
        return Answer.GO_ON;
      }
      String at = calls.triggeredBy(thread);
      if (at != null) {
        List<String> replaced = new ArrayList<>(note(thread.before(work(thread.pid()))));
        takeOthers(thread, replaced);
        watcher.entered(new LateWatcher.Entered(thread.pid(), thread.program(), at, replaced));
      }
    } catch (LinuxException e) {
      failed(thread, e);
    }
    return Answer.GO_ON;
  }

  /** What is asked for outside is the host's affair. */
  @Override
  public boolean isWatched(Caught thread) {
    try {
      return WayIn.isInside(walls, thread.tid());
    } catch (LinuxException e) {
      return false; // it has ended
    }
  }

  /** A thread that stayed outside would share its memory with one that is in. */
  private void takeOthers(Caught thread, List<String> replaced) throws LinuxException {
    boolean again = true;
    while (again) {
      again = false;
      for (int tid : thread.others()) {
        if (!isInsideOrGone(tid)) {
          try {
            replaced.addAll(note(thread.inject(tid, work(thread.pid()))));
            again = true; // until then it may have started another
          } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
              throw e;
            }
          }
        }
      }
    }
  }

  private boolean isInsideOrGone(int tid) throws LinuxException {
    try {
      return WayIn.isInside(walls, tid);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH) {
        return true;
      }
      throw e;
    }
  }

  /** The directories, for showing. */
  List<String> note(WayIn.Outside outside) {
    logs.add(outside.logs());
    return outside.directories();
  }

  Injection.Work<WayIn.Outside> work(int pid) {
    return tracee -> WayIn.into(walls, tracee, pid);
  }

  @Override
  public void returned(Caught thread, long result) {
    try {
      if (!calls.changesUser(thread)) {
        logs.open(thread, result);
        return;
      }
      if (result < 0) {
        return;
      }
      ThreadStatus status = status(thread.tid());
      int uid = status.uids().get(1);
      long left = (status.permitted() | status.effective() | status.ambient()) & ~walls.kept();
      if (uid != 0 && left != 0 && !keepsOnPurpose(status)) {
        kill(thread, "it is uid " + uid + " and has capabilities still");
      }
      if (uid != 0 && uid != walls.order().uid() && toldUsers.add(uid)) {
        watcher.noted(
            thread.program()
                + " (process "
                + thread.pid()
                + ") became uid "
                + Integer.toUnsignedString(uid)
                + ", and the jailfile's user is "
                + Integer.toUnsignedString(walls.order().uid()));
      }
    } catch (LinuxException e) {
      failed(thread, e);
    }
  }

  /**
   * A user id that can be changed back keeps the permitted set; and SECBIT_KEEP_CAPS keeps it where
   * the jailfile lets the service keep something (capabilities(7)).
   */
  private boolean keepsOnPurpose(ThreadStatus status) {
    boolean back = status.uids().contains(0);
    long allowed = walls.keptOnTheWay();
    boolean within = ((status.permitted() | status.effective()) & ~allowed) == 0;
    return within && (back || walls.kept() != 0);
  }

  @Override
  public void signalled(Caught thread, int signal) {
    if (trigger instanceof Trigger.Signal(String name)) {
      Integer number = Signal.number(name);
      if (number != null && number == signal) {
        takeAll(thread, "SIG" + name);
      }
    }
  }

  /** All threads of a process that goes on: each is stopped for it. */
  void takeAll(Caught thread, String at) {
    try {
      if (WayIn.isInside(walls, thread.tid())) {
        return;
      }
      List<String> replaced =
          new ArrayList<>(note(thread.inject(thread.tid(), work(thread.pid()))));
      takeOthers(thread, replaced);
      watcher.entered(new LateWatcher.Entered(thread.pid(), thread.program(), at, replaced));
    } catch (LinuxException e) {
      failed(thread, e);
    }
  }

  /** A program that is set-user-id to somebody else than root makes no call to become that user. */
  @Override
  public void executed(Caught thread) {
    try {
      int uid = status(thread.tid()).uids().get(1);
      if (uid != 0 && !WayIn.isInside(walls, thread.tid())) {
        kill(thread, "it would run outside as uid " + uid + ", by a set-user-id program");
      }
    } catch (LinuxException e) {
      failed(thread, e);
    }
  }

  private void failed(Caught thread, LinuxException e) {
    if (e.errno() == Errno.ESRCH || e.errno() == Errno.ENOENT) {
      try {
        if (!alive(thread.pid())) {
          return; // it was killed by somebody else meanwhile
        }
      } catch (LinuxException gone) {
        return;
      }
    }
    kill(thread, "it could not be taken into the jail: " + e.call() + ": " + e.errno().text());
  }

  private static boolean alive(int pid) throws LinuxException {
    ProcessStatus status = ProcessStatus.of(pid);
    return status != null && !status.ended();
  }

  private void kill(Caught thread, String why) {
    @Nullable String more = null;
    try {
      thread.kill();
    } catch (LinuxException e) {
      more = "; and it cannot be killed: " + e.errno().text();
    }
    watcher.killed(thread.pid(), thread.program(), more == null ? why : why + more);
    if (more != null) {
      // The tracer's own end takes all of its tracees along.
      throw new IllegalStateException(more);
    }
  }

  private static ThreadStatus status(int tid) throws LinuxException {
    try (Fd file = ThreadStatus.open(tid)) {
      return ThreadStatus.read(file);
    }
  }
}
