package brig.cli.trace;

import brig.cli.command.Context;
import brig.linux.Errno;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.linux.Sessions;
import brig.linux.Signal;
import brig.linux.SignalAnswers;
import brig.report.BrigException;
import brig.report.Problem;
import brig.trace.TracedProgram;
import brig.trace.Tracer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One trace from the beginning to the report, with the signals that come to Brig meanwhile. */
final class TraceSession {
  private static final long STEP_MILLIS = 100;

  private final TraceOutput output;
  private final Context context;

  TraceSession(TraceOutput output, Context context) {
    this.output = output;
    this.context = context;
  }

  /** Runs a program; returns its exit status. */
  int run(
      String program,
      List<String> argv,
      Map<String, String> environment,
      TracedProgram.@Nullable Identity identity)
      throws BrigException, IOException {
    Tracer tracer = Tracer.start(output.follower());
    try (tracer) {
      int pid = start(tracer, program, argv, environment, identity);
      Pidfd.Ending ending;
      try (SignalAnswers _ =
          SignalAnswers.of(
              signal -> passOn(signal, pid, tracer),
              Signal.SIGHUP,
              Signal.SIGINT,
              Signal.SIGQUIT,
              Signal.SIGTERM,
              Signal.SIGUSR1,
              Signal.SIGUSR2)) {
        while (!tracer.awaitNone(STEP_MILLIS)) {
          output.flush();
        }
        ending = tracer.ending(pid);
      }
      if (ending == null) {
        throw new IllegalStateException("the end of process " + pid + " was not seen");
      }
      output.report(argv.getFirst() + " " + ending.text());
      return ending.status();
    }
  }

  private static int start(
      Tracer tracer,
      String program,
      List<String> argv,
      Map<String, String> environment,
      TracedProgram.@Nullable Identity identity)
      throws BrigException {
    try {
      return new TracedProgram(program, argv, environment, identity).start(tracer);
    } catch (LinuxException e) {
      boolean exec = e.call().equals("execve");
      Problem problem =
          e.problem(
              exec
                  ? "cannot execute " + program
                  : "cannot trace " + program + " (" + e.call() + ")");
      throw BrigException.refused(
          switch (e.errno()) {
            case EPERM, EACCES ->
                exec
                    ? problem
                    : problem.remedy(
                        "To trace another user's process takes CAP_SYS_PTRACE, which a container"
                            + " may withhold, and kernel/yama/ptrace_scope must not be 3.");
            case ENOEXEC -> problem.remedy("A script needs a first line such as #!/bin/sh.");
            default -> problem;
          });
    }
  }

  /** What the terminal sends, it sends to the program as well. */
  private static void passOn(int signal, int pid, Tracer tracer) throws LinuxException {
    boolean keyboard = signal == Signal.SIGINT || signal == Signal.SIGQUIT;
    if (keyboard && Sessions.inForeground()) {
      return;
    }
    // When the program has ended, those that it left behind are meant.
    List<Integer> to = tracer.ending(pid) == null ? List.of(pid) : tracer.processes();
    for (int process : to) {
      try (Pidfd target = Pidfd.open(process)) {
        if (target != null) {
          target.signal(signal);
        }
      }
    }
  }

  /** Watches running processes until they end, or Brig is told to end. */
  int watch(List<Integer> pids) throws BrigException, IOException {
    AtomicBoolean over = new AtomicBoolean();
    Tracer tracer = Tracer.start(output.follower());
    try (SignalAnswers _ =
            SignalAnswers.of(
                signal -> over.set(true),
                Signal.SIGHUP,
                Signal.SIGINT,
                Signal.SIGQUIT,
                Signal.SIGTERM);
        tracer) {
      Set<Integer> attached = new TreeSet<>();
      for (int pid : pids) {
        attached.addAll(attach(tracer, pid));
      }
      String what =
          TraceOutput.count(attached.size(), "process", "processes") + " of " + names(attached);
      context.err().println("brig: tracing " + what + "; Ctrl-C ends the trace.");
      while (!over.get() && !tracer.awaitNone(STEP_MILLIS)) {
        output.flush();
      }
      tracer.close();
      output.report("traced " + what);
    }
    return 0;
  }

  private static String names(Set<Integer> pids) throws LinuxException {
    Set<String> names = new TreeSet<>();
    for (int pid : pids) {
      ProcessStatus status = ProcessStatus.of(pid);
      if (status != null) {
        names.add(status.name());
      }
    }
    return String.join(", ", names);
  }

  private static List<Integer> attach(Tracer tracer, int pid) throws BrigException {
    try {
      return tracer.attach(pid);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ESRCH) {
        throw BrigException.refused(
            Problem.of("cannot trace process " + pid).answered("there is no such process"));
      }
      throw BrigException.refused(
          e.problem("cannot trace process " + pid)
              .remedy(
                  "It takes root, another tracer (strace, a debugger) must not have it, and"
                      + " kernel/yama/ptrace_scope must not be 3."));
    }
  }
}
