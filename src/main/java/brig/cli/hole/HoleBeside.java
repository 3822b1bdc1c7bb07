package brig.cli.hole;

import brig.hole.http.HttpAddress;
import brig.hole.http.HttpProcess;
import brig.hole.listener.Order;
import brig.hole.listener.Served;
import brig.hole.listener.SessionStores;
import brig.hole.run.HostUsers;
import brig.hole.session.SessionDesk;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Poll;
import brig.linux.Signal;
import brig.report.BrigException;
import brig.report.Problem;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a listener has beside its doors: where {@code brig hole sessions} asks, and with {@code
 * --http} the process that shows forms.
 *
 * @param desk the path of the socket for administrators
 * @param http null: no forms are shown
 * @param failure why no forms could be shown; the listener was told to end then
 */
record HoleBeside(
    String desk,
    SessionStores stores,
    @Nullable HttpAddress http,
    Order.Teller teller,
    AtomicReference<@Nullable BrigException> failure)
    implements Order.Beside {

  static String desk(String state) {
    return state + "/sessions";
  }

  @Override
  public Closing open(List<Served> served) throws BrigException {
    SessionDesk administrators = SessionDesk.open(desk, stores::of);
    try {
      Forms forms = http == null ? null : new Forms(http, only(served), teller, failure);
      return () -> {
        if (forms != null) {
          forms.close();
        }
        administrators.close();
      };
    } catch (BrigException e) {
      try {
        administrators.close();
      } catch (LinuxException alsoWrong) {
        e.addSuppressed(alsoWrong);
      }
      throw e;
    }
  }

  private static Served only(List<Served> served) throws BrigException {
    if (served.size() != 1) {
      throw BrigException.usage(
          Problem.of("cannot show the forms of " + served.size() + " holes at one address")
              .remedy("Serve one of them by its file, with --at."));
    }
    return served.getFirst();
  }

  /**
   * The process, started aside: before it serves it asks the listener, which does not run yet. It
   * runs as one of the hole's callers, the one with the lowest number that is not root.
   */
  private static final class Forms {
    private final HttpAddress address;
    private final String socket;
    private final int uid;
    private final int gid;
    private final Order.Teller teller;
    private final AtomicReference<@Nullable BrigException> failure;
    private @Nullable HttpProcess process;
    private boolean closed;

    Forms(
        HttpAddress address,
        Served served,
        Order.Teller teller,
        AtomicReference<@Nullable BrigException> failure)
        throws BrigException {
      this.failure = failure;
      this.address = address;
      this.socket = served.directory() + "/socket";
      this.teller = teller;
      int lowest =
          served.callers().stream().mapToInt(Integer::intValue).filter(u -> u > 0).min().orElse(0);
      int group = lowest == 0 ? 0 : group(lowest);
      if (group <= 0) {
        throw BrigException.usage(
            Problem.of("cannot show the forms of hole " + served.hole().name())
                .answered("no caller of it is a user that is not root")
                .remedy("Write callers = [\"www-data\"] in " + served.hole().file() + "."));
      }
      this.uid = lowest;
      this.gid = group;
      Thread.ofPlatform().name("forms").daemon(true).start(this::run);
    }

    private static int group(int uid) throws BrigException {
      try {
        HostUsers.HostUser user = HostUsers.read().find(Integer.toString(uid));
        return user == null ? uid : user.gid();
      } catch (LinuxException e) {
        throw BrigException.refused(e.problem("cannot read the users of this host"));
      }
    }

    private void run() {
      try {
        HttpProcess started = HttpProcess.start(address, socket, uid, gid);
        synchronized (this) {
          if (closed) {
            started.close();
            return;
          }
          process = started;
        }
        teller.say("forms are shown on http://" + address + "/");
        Poll.readable(-1, started.ended());
        synchronized (this) {
          if (!closed) {
            teller.problem(Problem.of("the process that shows forms has ended"));
          }
        }
      } catch (BrigException e) {
        fail(e);
      } catch (LinuxException e) {
        fail(BrigException.refused(e.problem("cannot show forms on " + address)));
      }
    }

    /** Ends the listener in order: who wanted forms is not left without. */
    private void fail(BrigException why) {
      failure.set(why);
      try (Pidfd myself = Pidfd.open((int) ProcessHandle.current().pid())) {
        if (myself != null) {
          myself.signal(Signal.SIGTERM);
        }
      } catch (LinuxException e) {
        why.problems().forEach(teller::problem);
      }
    }

    synchronized void close() {
      closed = true;
      if (process != null) {
        process.close();
        process = null;
      }
    }
  }
}
