package brig.cli.audit;

import brig.audit.breakout.Breakout;
import brig.audit.breakout.BreakoutJson;
import brig.audit.breakout.BreakoutReport;
import brig.audit.breakout.BreakoutText;
import brig.audit.breakout.ChrootTarget;
import brig.audit.breakout.JailTarget;
import brig.audit.breakout.LatePuppets;
import brig.audit.breakout.Target;
import brig.audit.breakout.WorkPlace;
import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.Jailfiles;
import brig.cli.jail.ReadyJail;
import brig.launch.LaunchOrder;
import brig.launch.service.RunState;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Signal;
import brig.linux.SignalPipe;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.JsonText;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code brig breakout NAME [--as service|root]}, {@code brig breakout --root DIR --as UID}, {@code
 * brig breakout --web CONFIG [--location PATH]}.
 */
public final class BreakoutCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Try every known way out of a jail, from inside.",
            "The process that tries is started as the service is; the service itself, running or"
                + " not, is left alone. With --root: out of any directory, entered as chroot(8)"
                + " does it.",
            "Exit status 0 when all held, 1 when something led out.");
    spec.addOption(
        OptionSpec.builder("--as")
            .paramLabel("WHO")
            .type(String.class)
            .description("service (the default) or root; with --root: UID or UID:GID, as numbers.")
            .build());
    spec.addOption(
        OptionSpec.builder("--root")
            .paramLabel("DIR")
            .type(String.class)
            .description("A directory, whoever made it, instead of a jail of Brig's.")
            .build());
    spec.addOption(
        OptionSpec.builder("--web")
            .paramLabel("CONFIG")
            .type(String.class)
            .description(
                "The worker of brig serve with this configuration, and its programs (CGI).")
            .build());
    spec.addOption(
        OptionSpec.builder("--location")
            .paramLabel("PATH")
            .type(String.class)
            .description("With --web: of which location, where several have programs.")
            .build());
    spec.addOption(OptionSpec.builder("--json").description("For scripts.").build());
    spec.addOption(
        OptionSpec.builder("-v", "--verbose").description("Show each system call.").build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("NAME")
            .arity("0..1")
            .type(String.class)
            .description("A jail, or the path of its jailfile.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    String name = arguments.matchedPositionalValue(0, (String) null);
    String directory = arguments.matchedOptionValue("--root", (String) null);
    String web = arguments.matchedOptionValue("--web", (String) null);
    String location = arguments.matchedOptionValue("--location", (String) null);
    String as = arguments.matchedOptionValue("--as", (String) null);
    int named = (name == null ? 0 : 1) + (directory == null ? 0 : 1) + (web == null ? 0 : 1);
    if (named != 1) {
      throw BrigException.usage(
          Problem.of("brig breakout wants the name of a jail, --root DIR or --web CONFIG")
              .remedy("Give one of the three."));
    }
    if (location != null && web == null) {
      throw BrigException.usage(
          Problem.of("--location goes with --web CONFIG").remedy("Leave it out, or add --web."));
    }
    String what = name != null ? name : directory != null ? directory : String.valueOf(web);
    ReadyJail.requireRoot("try to break out of " + what);
    if (web != null) {
      return web(web, location, isRoot(as), arguments, context);
    }
    Target target = directory != null ? chroot(directory, as) : jail(what, as, context);
    return report(target, arguments, context);
  }

  private static int report(Target target, ParseResult arguments, Context context)
      throws BrigException, IOException {
    return report(target, json -> {}, arguments, context);
  }

  /**
   * @param more what a script is told besides
   */
  private static int report(
      Target target, JsonText.Body more, ParseResult arguments, Context context)
      throws BrigException, IOException {
    BreakoutReport report = tryAll(target, service(target, context));
    if (arguments.hasMatchedOption("--json")) {
      BreakoutJson.write(
          report, more, new OutputStreamWriter(context.out(), StandardCharsets.UTF_8));
    } else {
      new BreakoutText(context.out(), arguments.hasMatchedOption("--verbose")).print(report);
    }
    return (report.escapes() == 0 ? ExitCode.OK : ExitCode.FINDINGS).status();
  }

  /** The worker first, then the programs of a location, if one has some. */
  private static int web(
      String config,
      @Nullable String location,
      boolean asRoot,
      ParseResult arguments,
      Context context)
      throws BrigException, IOException {
    boolean script = arguments.hasMatchedOption("--json");
    try (ProgramsOfWeb programs = ProgramsOfWeb.of(config, location)) {
      WorkerOfWeb worker = WorkerOfWeb.of(config, context);
      if (!script) {
        worker.print(context.out());
      }
      int status = worker.status();
      if (programs != null) {
        Target target = programs.target(asRoot, context.paths().lib());
        status = Math.max(status, report(target, worker::write, arguments, context));
      } else if (script) {
        JsonText.writeObject(
            new OutputStreamWriter(context.out(), StandardCharsets.UTF_8), worker::write);
      } else {
        context.out().println("No location has programs.");
      }
      return status;
    }
  }

  /** A signal ends it between two attempts, so that nothing is left behind. */
  private static BreakoutReport tryAll(Target target, @Nullable RunState service)
      throws BrigException, IOException {
    try (SignalPipe signals = SignalPipe.of(Signal.SIGINT, Signal.SIGTERM, Signal.SIGHUP)) {
      return Breakout.run(
          target,
          service,
          tried -> {
            int signal = signals.next();
            if (signal != 0) {
              throw BrigException.refused(
                  Problem.of("the prison break of " + target.name() + " is ended")
                      .answered(Signal.name(signal) + " after " + tried.id())
                      .remedy("All is tidied up."));
            }
          });
    }
  }

  private static @Nullable RunState service(Target target, Context context)
      throws BrigException, IOException {
    return target instanceof JailTarget jail
        ? RunState.read(context.paths().state(jail.name()))
        : null;
  }

  private static boolean isRoot(@Nullable String as) throws BrigException {
    return switch (as) {
      case null -> false;
      case "service" -> false;
      case "root" -> true;
      default ->
          throw BrigException.usage(
              Problem.of("--as " + as + " is neither service nor root")
                  .remedy("A uid goes with --root DIR."));
    };
  }

  private static Target jail(String name, @Nullable String as, Context context)
      throws BrigException, IOException {
    boolean root = isRoot(as);
    ReadyJail jail = ReadyJail.of(Jailfiles.read(name, context.paths()), context);
    LaunchOrder order = jail.inside(context.paths()).service(List.of(), List.of(), null);
    JailSpec.Late late = jail.spec().late();
    if (jail.spec().mode() == JailSpec.Mode.LATE && late != null) {
      return new JailTarget(
          order, root, context.paths().lib(), WorkPlace.in(order), new LatePuppets(late));
    }
    return new JailTarget(order, root, context.paths().lib(), WorkPlace.in(order));
  }

  private static Target chroot(String directory, @Nullable String as)
      throws BrigException, LinuxException {
    if (as == null) {
      throw BrigException.usage(
          Problem.of("brig breakout --root " + directory + " wants to know as whom")
              .remedy("Add --as UID or --as UID:GID; --as 0 is root."));
    }
    int colon = as.indexOf(':');
    int uid = id(colon < 0 ? as : as.substring(0, colon), as);
    int gid = colon < 0 ? uid : id(as.substring(colon + 1), as);
    return new ChrootTarget(realPath(directory), uid, gid);
  }

  private static int id(String text, String as) throws BrigException {
    if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw BrigException.usage(
          Problem.of("--as " + as + " is not UID or UID:GID").remedy("Ids are numbers here."));
    }
    return Integer.parseInt(text);
  }

  private static String realPath(String directory) throws BrigException {
    String real;
    try (Fd fd = Fd.open(directory, Fd.O_PATH | Fd.O_DIRECTORY)) {
      real = Fd.readLink("/proc/" + ProcessStatus.self() + "/fd/" + fd.number());
    } catch (LinuxException e) {
      throw BrigException.usage(
          e.problem("cannot open the directory " + directory).remedy("Name a directory."));
    }
    if (real.equals("/")) {
      throw BrigException.usage(
          Problem.of("--root / is no jail").remedy("Name the directory that is the jail's root."));
    }
    return real;
  }
}
