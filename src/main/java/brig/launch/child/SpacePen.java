package brig.launch.child;

import brig.launch.Privileges;
import brig.linux.ChildCalls;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Signal;
import brig.linux.Stream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A namespace of processes, used for one child after another: pid_namespaces(7). Its first process,
 * the keeper, is a cat(1) without any privilege that reads from a pipe whose other end this process
 * holds. When the keeper ends, the kernel kills all that is in the namespace, in whatever session,
 * before it tells that the keeper has ended; and it ends when this process does, however that ends.
 *
 * <p>The child is not the first process: signals mean to it what they mean anywhere. What it starts
 * and leaves becomes a child of the keeper, which ignores SIGCHLD, so that nothing stays a zombie.
 */
final class SpacePen implements Pen {
  private static final String KEEPER = "/bin/cat";

  private final Pidfd keeper;
  private final Fd leash;
  private final @Nullable Fd orphans;
  private boolean killed;

  private SpacePen(Pidfd keeper, Fd leash, @Nullable Fd orphans) {
    this.keeper = keeper;
    this.leash = leash;
    this.orphans = orphans;
  }

  /**
   * Makes a namespace.
   *
   * @param nothing /dev/null
   * @throws LinuxException it cannot be made: CAP_SYS_ADMIN is missing, or a limit is reached
   */
  static SpacePen open(Fd nothing) throws LinuxException {
    Stream.Pipe pipe = Stream.pipe();
    boolean made = false;
    try {
      Pidfd keeper = keeper(pipe.out(), nothing);
      pipe.out().close();
      made = true;
      return new SpacePen(keeper, pipe.in(), orphans(keeper.pid()));
    } finally {
      if (!made) {
        pipe.close();
      }
    }
  }

  private static Pidfd keeper(Fd leash, Fd nothing) throws LinuxException {
    List<String> argv = List.of("cat");
    try (ChildCalls calls = new ChildCalls(ChildCalls.roomFor(argv, Map.of()))) {
      calls.defaultSignals();
      calls.ignore(Signal.SIGCHLD);
      calls.newSession();
      calls.descriptor(leash, 0);
      calls.descriptor(nothing, 1);
      calls.descriptor(nothing, 2);
      new Privileges(0, 0, List.of(), 0).take(calls);
      calls.changeTo("/");
      calls.closeFrom(3);
      calls.unblockSignals();
      calls.execute(KEEPER, argv, Map.of());
      return calls.startFirst();
    }
  }

  /**
   * What has lost its parent in the namespace: a child of the keeper, as proc_pid_task(5) lists.
   */
  private static @Nullable Fd orphans(int keeper) throws LinuxException {
    try {
      return Fd.open("/proc/" + keeper + "/task/" + keeper + "/children", Fd.O_RDONLY);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT) {
        return null; // a kernel without CONFIG_PROC_CHILDREN: a pen for one child only
      }
      throw e;
    }
  }

  @Override
  public Pidfd bear(ChildCalls calls) throws LinuxException {
    return calls.startAmong(keeper);
  }

  @Override
  public void killAll(int first) throws LinuxException {
    killed = true;
    keeper.signal(Signal.SIGKILL);
  }

  @Override
  public boolean empty(int first) throws LinuxException {
    if (killed) {
      return keeper.awaitEnd(0);
    }
    return orphans != null && orphans.read(0, new byte[16], 0, 16) == 0;
  }

  /** Whether another child can be born in it. */
  boolean isUsable() {
    return !killed;
  }

  @Override
  public void remove() throws LinuxException {
    leash.close();
    if (orphans != null) {
      orphans.close();
    }
    keeper.signal(Signal.SIGKILL);
    keeper.reap();
    keeper.close();
  }
}
