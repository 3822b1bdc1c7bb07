package brig.cli.web;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Signal;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.web.parent.Source;
import brig.web.parent.WebState;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig reload [DIR | CONFIG.toml]}. */
public final class ReloadCommand implements Command {
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final long PAUSE_MILLIS = 20;

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Let a running brig serve read its configuration and certificates anew.",
            "They are checked first; what is wrong changes nothing.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("DIR|CONFIG")
            .arity("0..1")
            .type(String.class)
            .description("What brig serve was started with; this directory if not given.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    Source source = Source.of(arguments.matchedPositionalValue(0, "."), 0);
    if (source.made() == null) {
      source.checked(true);
    }
    String file = WebState.file(RunPlace.of(context), source.path());
    WebState before = WebState.read(file);
    if (before == null) {
      throw BrigException.refused(
          Problem.of("cannot reload " + source.path())
              .answered("no brig serve runs with it")
              .remedy("Start one: brig serve."));
    }
    try (Pidfd server = Pidfd.open(before.pid())) {
      if (server == null || !server.signal(Signal.SIGHUP)) {
        throw gone(source);
      }
      WebState after = answer(file, before, server, source);
      if (!after.answer().isEmpty()) {
        throw BrigException.refused(
            Problem.of("not reloaded: what was served is served as before")
                .answered(after.answer()));
      }
    }
    context.out().println(source.path() + ": reloaded");
    return ExitCode.OK.status();
  }

  private static WebState answer(String file, WebState before, Pidfd server, Source source)
      throws BrigException, LinuxException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < deadline) {
      WebState now = WebState.read(file);
      if (now != null && now.reloads() > before.reloads()) {
        return now;
      }
      if (server.awaitEnd(PAUSE_MILLIS)) {
        throw gone(source);
      }
    }
    throw BrigException.refused(
        Problem.of("cannot tell whether " + source.path() + " was reloaded")
            .answered("brig serve has not answered for a minute"));
  }

  private static BrigException gone(Source source) {
    return BrigException.refused(
        Problem.of("cannot reload " + source.path()).answered("its brig serve has ended"));
  }
}
