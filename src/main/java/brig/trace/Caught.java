package brig.trace;

import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Signal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A traced thread that stands at a call, in the hands of a {@link Warden}. */
public final class Caught {
  private static final int PATH_MAX = 4096;

  private final Tracing tracing;
  private final Tracee tracee;
  private final int number;
  private final long[] arguments;
  private final boolean foreign;

  Caught(Tracing tracing, Tracee tracee, int number, long[] arguments, boolean foreign) {
    this.tracing = tracing;
    this.tracee = tracee;
    this.number = number;
    this.arguments = arguments;
    this.foreign = foreign;
  }

  public int tid() {
    return tracee.tid;
  }

  public int pid() {
    return tracee.pid;
  }

  /** The path of its program. */
  public String program() {
    return tracee.program;
  }

  /** The number of the call. */
  public int number() {
    return number;
  }

  public long argument(int index) {
    return arguments[index];
  }

  /** A file name in its memory; null when there is none. */
  public @Nullable String name(long address) {
    return tracing.memory().name(tracee.tid, address, PATH_MAX);
  }

  /** Bytes of its memory; fewer where it ends. */
  public byte[] read(long address, int length) {
    return tracing.memory().bytes(tracee.tid, address, length);
  }

  /** The call is one of another architecture: its number means something else. */
  public boolean foreign() {
    return foreign;
  }

  /**
   * Makes calls in its name before the call at which it stands, which is then made anew: {@link
   * Warden#beginning} is asked once more.
   */
  public <T> T before(Injection.Work<T> work) throws LinuxException {
    return tracing.injectBefore(tracee, work);
  }

  /** Makes calls in its name after the call that has {@link Warden#returned}. */
  public <T> T after(Injection.Work<T> work) throws LinuxException {
    return tracing.injectAfter(tracee, work);
  }

  /** The other threads of its process. */
  public List<Integer> others() {
    List<Integer> tids = new ArrayList<>(Threads.of(tracee.pid));
    tids.remove(Integer.valueOf(tracee.tid));
    return tids;
  }

  /** Stops one of them, or any other traced thread, and makes calls in its name. */
  public <T> T inject(int tid, Injection.Work<T> work) throws LinuxException {
    return tracing.inject(tid, work);
  }

  /** Ends its process before it can do anything more. */
  public void kill() throws LinuxException {
    try (Pidfd process = Pidfd.open(tracee.pid)) {
      if (process != null) {
        process.signal(Signal.SIGKILL);
      }
    }
  }
}
