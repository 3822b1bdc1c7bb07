package brig.cli.keep;

import brig.cli.command.Context;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.spec.JailSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** What becomes of a running service when its jail has a new generation. */
final class AfterSync {
  private AfterSync() {}

  /**
   * Restarts the service when the jailfile says so, and tells otherwise that it wants a restart.
   * Does nothing when it does not run, or runs the current generation.
   *
   * @param current the generation that is current now
   * @return an exit status: not 0 when a restart failed
   */
  static int of(JailSpec spec, int current, PrintStream out, Context context)
      throws BrigException, IOException {
    RunState state = RunState.read(context.paths().state(spec.name()));
    if (state == null || state.generation() == current || Running.find(state) == null) {
      return ExitCode.OK.status();
    }
    String name = spec.name();
    String runs = name + ": the service runs generation " + state.generation();
    return switch (spec.command().onSync()) {
      case TELL -> {
        out.println(runs + " and wants a restart" + how(name, state));
        yield ExitCode.OK.status();
      }
      case RESTART -> {
        if (!state.detached()) {
          out.println(runs + "; brig run -d did not start it, so its supervisor is to restart it");
          yield ExitCode.OK.status();
        }
        yield restart(spec, state.arguments(), out, context);
      }
    };
  }

  private static String how(String name, RunState state) {
    return state.detached() ? ": brig stop " + name + " && brig run -d " + name : "";
  }

  /** By the path of the jailfile: it need not be where a name would look for it. */
  private static int restart(
      JailSpec spec, List<String> arguments, PrintStream out, Context context) {
    Context quiet = context.withOut(out);
    int stopped = quiet.run("stop", spec.name());
    if (stopped != ExitCode.OK.status()) {
      return stopped;
    }
    String jailfile =
        spec.file().equals(context.paths().jailfile(spec.name())) ? spec.name() : spec.file();
    List<String> line = new ArrayList<>(List.of("run", "-d", jailfile));
    if (!arguments.isEmpty()) {
      line.add("--");
      line.addAll(arguments);
    }
    int started = quiet.run(line.toArray(new String[0]));
    if (started != ExitCode.OK.status()) {
      context
          .err()
          .println(
              "brig: "
                  + spec.name()
                  + " does not run now; the generation before may: brig rollback "
                  + spec.name()
                  + " && brig run -d "
                  + spec.name());
    }
    return started;
  }
}
