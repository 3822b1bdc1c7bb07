package brig.cli.keep;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.command.TerminalProgress;
import brig.cli.jail.JailArgument;
import brig.cli.jail.JailNames;
import brig.cli.jail.ReadyJail;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.tree.Rollback;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig rollback NAME [GENERATION]}: see docs/rollback.md. */
public final class RollbackCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Make an earlier generation of a jail the current one, in one step.",
            "A service that runs keeps its tree until it is started again. The next build or sync"
                + " goes forward again, to what the jailfile and the host say then.");
    spec.addPositional(JailArgument.one());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("1")
            .arity("0..1")
            .paramLabel("GENERATION")
            .type(Integer.class)
            .description("Its number, as brig list NAME shows it; the one before, when not given.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    String argument = arguments.matchedPositionalValue(0, "");
    int wanted = arguments.matchedPositionalValue(1, 0);
    if (wanted < 0 || (wanted == 0 && arguments.hasMatchedPositional(1))) {
      throw BrigException.usage(
          Problem.of("a generation is a number from 1 on, not " + wanted)
              .remedy("brig list " + argument + " shows them."));
    }
    String name = JailNames.known(List.of(argument), context.paths()).getFirst();
    ReadyJail.requireRoot("roll back " + name);
    Rollback done = Rollback.to(context.paths(), name, wanted, new TerminalProgress(name, context));
    if (done.from() == done.to()) {
      context.out().println(name + ": generation " + done.to() + " is current already");
      return ExitCode.OK.status();
    }
    String was = done.from() == 0 ? "nothing was" : done.from() + " was";
    context
        .out()
        .println(name + ": generation " + done.to() + " is current again (" + was + " before)");
    RunState state = RunState.read(context.paths().state(name));
    if (state != null && state.generation() != done.to() && Running.find(state) != null) {
      context
          .out()
          .println(
              name
                  + ": the service runs generation "
                  + state.generation()
                  + ": stop and run it to change over");
    }
    context
        .out()
        .println(
            name
                + ": the next build or sync goes forward again; brig diff "
                + name
                + " shows to what");
    return ExitCode.OK.status();
  }
}
