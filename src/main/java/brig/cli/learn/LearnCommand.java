package brig.cli.learn;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.JailArgument;
import brig.cli.jail.Jailfiles;
import brig.cli.jail.ReadyJail;
import brig.cli.trace.InheritedEnvironment;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.learn.Course;
import brig.learn.EnteredLearning;
import brig.learn.Learning;
import brig.learn.Lesson;
import brig.learn.OutsideCommand;
import brig.learn.OutsideRun;
import brig.learn.Person;
import brig.learn.Probe;
import brig.learn.Shrinking;
import brig.learn.Trial;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.ProcessStatus;
import brig.linux.Signal;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig learn NAME [--probe CMD|URL] [-- WORKLOAD]}: see docs/learn.md. */
public final class LearnCommand implements Command {
  private static final int PATIENCE_SECONDS = 20;

  private final @Nullable Person person;

  public LearnCommand() {
    this(null);
  }

  /**
   * @param person null: whoever sits at the terminal
   */
  public LearnCommand(@Nullable Person person) {
    this.person = person;
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Learn what a service needs: start it in its jail under the tracer, use it, and bring"
                + " in what it asked for in vain and the host has, round after round, until it does"
                + " what it should.",
            "What was learned is kept in NAME.lock.toml beside the jailfile, each line with its"
                + " evidence.")
        .footer(
            "",
            "Exit status: 0 when the probe and the workload pass; 1 when they do not, though all"
                + " was tried; 100 wrong usage; 111 when the service cannot be started or traced.");
    spec.addOption(
        OptionSpec.builder("--probe")
            .paramLabel("CMD|URL")
            .type(String.class)
            .description(
                "What tells that the service works: a URL that answers 2xx, or a command that ends"
                    + " with status 0. It is run outside, without a shell.")
            .build());
    spec.addOption(
        OptionSpec.builder("--patience")
            .paramLabel("SECONDS")
            .type(Integer.class)
            .description(
                "How long a failing probe is tried again in a round; " + PATIENCE_SECONDS + ".")
            .build());
    spec.addOption(
        OptionSpec.builder("--outside")
            .description(
                "Run the service on the host instead, without its jail, and take what it uses there"
                    + " to start from.")
            .build());
    spec.addOption(
        OptionSpec.builder("--shrink")
            .description(
                "Then tell what no run touched and could be left out of the jail. Needs --probe.")
            .build());
    spec.addOption(
        OptionSpec.builder("--apply")
            .description(
                "With --shrink: leave it out, and prove the smaller jail by the same probe and"
                    + " workload; when it fails, the former is back.")
            .build());
    spec.addOption(
        OptionSpec.builder("--json").type(boolean.class).description("Print JSON.").build());
    spec.addPositional(JailArgument.one());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("1..*")
            .paramLabel("WORKLOAD")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("After --: a command that uses all that the service offers.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    String name = arguments.matchedPositionalValue(0, "");
    List<String> workload = arguments.matchedPositionalValue(1, List.of());
    JailSpec spec = Jailfiles.read(name, context.paths());
    Map<String, String> environment = InheritedEnvironment.of(context.environment());
    String probeText = arguments.matchedOptionValue("--probe", null);
    Probe probe = probeText == null ? null : Probe.of(probeText, environment);
    OutsideCommand command = workload.isEmpty() ? null : OutsideCommand.of(workload, environment);
    int patience = arguments.matchedOptionValue("--patience", PATIENCE_SECONDS);
    if (patience < 1 || patience > 3600) {
      throw BrigException.usage(
          Problem.of("--patience must be from 1 to 3600 seconds, not " + patience));
    }
    boolean shrink = arguments.hasMatchedOption("--shrink");
    refuseSenseless(arguments, probe);
    refuseBuilding(arguments, spec);
    ReadyJail.requireRoot("learn what " + spec.name() + " needs");
    boolean outside = arguments.hasMatchedOption("--outside");
    HostFiles.createDirectories(context.paths().run(), 0755);
    try (Fd _ = lock(spec.name(), context);
        Interrupts interrupts = Interrupts.listen()) {
      refuseRunning(spec.name(), context);
      Integer signal = Signal.number(spec.command().stopSignal());
      Trial.Task task =
          new Trial.Task(
              probe,
              command,
              patience * 1000L,
              context.paths().run(),
              !outside && spec.network().mode() == JailSpec.NetworkMode.NONE,
              signal == null ? Signal.SIGTERM : signal);
      JailBench bench = new JailBench(spec, context);
      LearnText text = new LearnText(spec, context);
      Person asked = person == null ? new TerminalPerson(context) : person;
      Course course =
          new Course(
              bench,
              context.host(),
              spec.learned(),
              probe,
              workload,
              asked,
              text,
              interrupts::came);
      Lesson lesson =
          !spec.mode().isBuilt()
              ? new EnteredLearning(course).learn(task)
              : outside
                  ? new OutsideRun(course, spec).learn(task)
                  : new Learning(course).learn(task);
      if (shrink && lesson.passed()) {
        return new ShrinkText(spec, context, arguments.matchedOptionValue("--json", false))
            .run(
                new Shrinking(bench, context.host(), lesson.lock(), interrupts::came),
                task,
                arguments.hasMatchedOption("--apply"));
      }
      if (arguments.matchedOptionValue("--json", false)) {
        LearnJson.print(spec, lesson, context);
      } else {
        text.print(lesson, outside);
      }
      return (lesson.passed() ? ExitCode.OK : ExitCode.FINDINGS).status();
    }
  }

  private static void refuseSenseless(ParseResult arguments, @Nullable Probe probe)
      throws BrigException {
    boolean shrink = arguments.hasMatchedOption("--shrink");
    if (arguments.hasMatchedOption("--apply") && !shrink) {
      throw BrigException.usage(
          Problem.of("--apply goes with --shrink")
              .remedy("Learning writes what it learned anyway."));
    }
    if (shrink && arguments.hasMatchedOption("--outside")) {
      throw BrigException.usage(
          Problem.of("--shrink and --outside do not go together")
              .remedy("What is left out of a jail is proved in the jail."));
    }
    if (shrink && probe == null) {
      throw BrigException.usage(
          Problem.of("--shrink needs --probe")
              .remedy("Without one nothing tells that the smaller jail still works."));
    }
  }

  /** Of a jail that is not built nothing can be left out, and its daemon has the host's files. */
  private static void refuseBuilding(ParseResult arguments, JailSpec spec) throws BrigException {
    for (String option : List.of("--outside", "--shrink")) {
      if (!spec.mode().isBuilt() && arguments.hasMatchedOption(option)) {
        throw BrigException.usage(
            Problem.of(option + " is not for " + spec.name())
                .answered(
                    "its daemon has the host's files until it goes into its jail (mode = "
                        + (spec.mode() == JailSpec.Mode.LATE ? "late)" : "self)"))
                .remedy("Without it, what it wants in there is learned."));
      }
    }
  }

  /** Nobody else starts it meanwhile. */
  private static Fd lock(String name, Context context) throws BrigException, IOException {
    Fd lock = HostFiles.lock(context.paths().lock(name));
    if (lock == null) {
      throw BrigException.refused(
          Problem.of("cannot learn what " + name + " needs")
              .answered("it is being started, stopped or learned about just now"));
    }
    return lock;
  }

  private static void refuseRunning(String name, Context context)
      throws BrigException, IOException {
    RunState state = RunState.read(context.paths().state(name));
    ProcessStatus running = state == null ? null : Running.find(state);
    if (running != null) {
      throw BrigException.refused(
          Problem.of("cannot learn what " + name + " needs")
              .answered("it is running, pid " + running.pid())
              .remedy("Its place must be free: brig stop " + name + "."));
    }
  }
}
