package brig.trace;

import brig.linux.Architecture;
import brig.linux.BpfProgram;
import brig.linux.Capabilities;
import brig.linux.Credentials;
import brig.linux.Descriptors;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.Limits;
import brig.linux.LinuxException;
import brig.linux.ListenerHandover;
import brig.linux.OwnThread;
import brig.linux.ProcessStatus;
import brig.linux.Program;
import brig.linux.Seccomp;
import brig.linux.SeccompListener;
import brig.report.Printable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Starts a program that is traced from its first instruction, as a child of this process.
 *
 * <p>The kernel keeps seccomp filters and ids for each thread, so a thread that is thrown away
 * afterwards takes them on and spawns from there. Its filter holds the child at its one execve(2)
 * and asks outside; there the tracer seizes it, and then it may go on. So no second JVM waits in
 * its place, and no stop is spent on starting.
 */
public final class TracedProgram {
  private final Program program;
  private final @Nullable Identity identity;
  private final Seccomp.Filter filter;
  private final AtGate atGate;
  private final List<Integer> handedIn;
  private final @Nullable Fd input;
  private final @Nullable Fd output;

  private final ListenerHandover handover = new ListenerHandover();

  // Written by the spawning thread, read when it has ended.
  private @Nullable Throwable failure;
  private int pid;

  /** Whom the program runs as. */
  public record Identity(int uid, int gid, List<Integer> groups) {}

  /**
   * @param path of the program; it is not searched for
   * @param arguments its name first
   * @param identity null: as this process
   */
  public TracedProgram(
      String path,
      List<String> arguments,
      Map<String, String> environment,
      @Nullable Identity identity) {
    this.program = new Program(path, arguments, environment, false);
    this.identity = identity;
    this.filter =
        new Seccomp.Filter(TraceFilter.withGate(Architecture.current(), program.pathAddress()));
    this.atGate = pid -> {};
    this.handedIn = List.of();
    this.input = null;
    this.output = null;
  }

  private TracedProgram(
      Program program,
      BpfProgram filter,
      List<Integer> handedIn,
      @Nullable Fd input,
      @Nullable Fd output,
      AtGate atGate) {
    this.program = program;
    this.identity = null;
    this.filter = new Seccomp.Filter(filter);
    this.atGate = atGate;
    this.handedIn = List.copyOf(handedIn);
    this.input = input;
    this.output = output;
  }

  /** Told of a program that is traced and has not begun yet; what it throws ends the start. */
  @FunctionalInterface
  public interface AtGate {
    void waits(int pid) throws LinuxException;
  }

  /**
   * A program that stops for a {@link Warden} at these calls only, as root, with every processor's
   * speed otherwise.
   *
   * @param handedIn descriptors of this process that become 3, 4, ...
   */
  public static TracedProgram guarded(
      Program program, Collection<String> calls, List<Integer> handedIn, AtGate atGate) {
    return new TracedProgram(
        program,
        TraceFilter.withGate(Architecture.current(), program.pathAddress(), calls),
        handedIn,
        null,
        null,
        atGate);
  }

  /**
   * A program that is traced for the sake of its end alone: with all that it starts it dies with
   * the tracer, however that ends, and runs at every processor's speed.
   *
   * @param input open until it has started, like {@code output}
   */
  public static TracedProgram held(Program program, Fd input, Fd output) {
    return new TracedProgram(
        program,
        TraceFilter.withGate(Architecture.current(), program.pathAddress(), List.of()),
        List.of(),
        input,
        output,
        pid -> {});
  }

  /**
   * The same for one that stops at every call but some, to be told of them as well.
   *
   * @param passing names of calls that nobody asks about
   * @param output where it prints; open until it has started
   */
  public static TracedProgram guardedAndTold(
      Program program,
      Collection<String> passing,
      List<Integer> handedIn,
      Fd output,
      AtGate atGate) {
    return new TracedProgram(
        program,
        TraceFilter.withGateOfAll(Architecture.current(), program.pathAddress(), passing),
        handedIn,
        null,
        output,
        atGate);
  }

  /**
   * Starts it.
   *
   * @return its pid; the tracer reaps it, and knows how it {@link Tracer#ending ended}
   * @throws LinuxException from execve: it cannot be executed
   */
  public int start(Tracer tracer) throws LinuxException {
    loadClasses();
    Thread thread = Thread.ofPlatform().name("spawner").daemon(true).start(this::spawn);
    int seized = 0;
    @Nullable Throwable wrong = null;
    Fd fd = handover.await();
    if (fd != null) {
      try (SeccompListener door = new SeccompListener(fd)) {
        for (SeccompListener.Asked asked = door.next(); asked != null; asked = door.next()) {
          try {
            if (seized == 0 && wrong == null) {
              tracer.seizeAtGate(asked.pid(), true);
              seized = asked.pid();
              restoreFilesLimit(seized);
              atGate.waits(seized);
            }
          } catch (LinuxException | RuntimeException e) {
            wrong = e;
          }
          // A signal may have interrupted the call; then the child asks once more.
          if (wrong == null ? door.goOn(asked) : door.refuse(asked, Errno.ECANCELED)) {
            break;
          }
        }
      }
    }
    OwnThread.join(thread); // it ends when the child executes or dies
    wrong = wrong == null ? failure : wrong;
    if (wrong == null) {
      return pid;
    }
    tracer.forget(seized);
    switch (wrong) {
      case LinuxException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(wrong);
    }
  }

  // From the filter on, this thread opens no file, and so loads no class: whoever asks its tracer
  // and has none is told ENOSYS (seccomp(2)).
  private void spawn() {
    try {
      if (ProcessStatus.effectiveUid() != 0) {
        // What seccomp(2) asks of those who are not root; set-uid programs gain nothing then.
        Capabilities.setNoNewPrivileges();
      }
      Fd gate = Seccomp.installWithListener(filter);
      handover.give(gate);
      Descriptors.keepStandardOnly();
      Descriptors.closeHere(gate); // else a child at the gate would outlive a tracer that is killed
      Descriptors.arrange(input, output, handedIn);
      Identity whom = identity;
      if (whom != null) {
        Credentials.become(whom.uid(), whom.gid(), whom.groups());
      }
      pid = program.spawn();
    } catch (Throwable e) {
      failure = e;
    } finally {
      handover.end();
    }
  }

  private static void loadClasses() {
    Class<?>[] classes = {
      Capabilities.class,
      Credentials.class,
      Descriptors.class,
      Errno.class,
      Fd.class,
      Identity.class,
      LinuxException.class,
      Printable.class
    };
    try {
      Descriptors.load();
      for (Class<?> c : classes) {
        Class.forName(c.getName(), true, c.getClassLoader());
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  // The JVM has raised its own to the hard limit (-XX:+MaxFDLimit); its parent has what was given.
  private void restoreFilesLimit(int child) throws LinuxException {
    Limits.Pair mine = Limits.get(0, Limits.Resource.RLIMIT_NOFILE);
    Limits.Pair parents = Limits.ofParent(Limits.Resource.RLIMIT_NOFILE);
    if (parents == null || parents.hard() != mine.hard()) {
      return;
    }
    Identity whom = identity;
    if (whom == null) {
      Limits.set(child, Limits.Resource.RLIMIT_NOFILE, parents);
      return;
    }
    // Another's limits are for CAP_SYS_RESOURCE, which root in a container lacks, or for its user.
    OwnThread.run(
        "limits",
        () -> {
          Credentials.setGid(whom.gid());
          Credentials.setUid(whom.uid());
          Limits.set(child, Limits.Resource.RLIMIT_NOFILE, parents);
          return child;
        });
  }
}
