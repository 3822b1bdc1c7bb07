package brig.cli.service;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.JailArgument;
import brig.cli.jail.Jailfiles;
import brig.cli.jail.ReadyJail;
import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.launch.Launcher;
import brig.launch.service.Diagnosis;
import brig.launch.service.Foreground;
import brig.linux.Pidfd;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig shell NAME [--with FILE] [-- COMMAND...]}. */
public final class ShellCommand implements Command {
  private static final List<String> SHELLS =
      List.of("/bin/bash", "/bin/sh", "/bin/dash", "/bin/busybox", "/usr/bin/busybox");
  private static final List<String> BUSYBOXES =
      List.of("/bin/busybox", "/usr/bin/busybox", "/usr/local/bin/busybox");

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Look around in a jail: a shell or a command, confined as the service is.",
            "It runs as the service's user, beside the service and not in its namespaces.");
    spec.addOption(
        OptionSpec.builder("--with")
            .paramLabel("FILE")
            .type(String.class)
            .description("Lend the jail a static program of the host for this session.")
            .build());
    spec.addOption(
        OptionSpec.builder("--with-busybox")
            .description("Lend it the host's static busybox, for a jail without a shell.")
            .build());
    spec.addPositional(JailArgument.one());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("1..*")
            .paramLabel("COMMAND")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("After --: a program of the jail, and its arguments.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    String name = arguments.matchedPositionalValue(0, "");
    ReadyJail.requireRoot("enter " + name);
    String lent = arguments.matchedOptionValue("--with", (String) null);
    if (arguments.hasMatchedOption("--with-busybox")) {
      lent = hostBusybox(context);
    }
    List<String> command = arguments.matchedPositionalValue(1, List.of());
    ReadyJail jail = ReadyJail.of(Jailfiles.read(name, context.paths()), context);
    List<JailMount> mounts = new ArrayList<>();
    try (JailView inside = JailView.inside(jail, context.host())) {
      if (lent != null) {
        String place = LentProgram.mount(lent, jail, inside, context, mounts);
        command = LentProgram.command(place, command);
      } else if (command.isEmpty()) {
        command = List.of(shell(jail, inside));
      } else if (command.getFirst().indexOf('/') < 0) {
        command = onPath(command, inside, jail);
      }
    }
    return session(jail, jail.inside(context.paths()).session(command, mounts), context);
  }

  private static int session(ReadyJail jail, LaunchOrder order, Context context)
      throws BrigException, IOException {
    try (Foreground foreground = Foreground.prepare();
        Pidfd child = spawn(jail, order, context)) {
      return foreground.await(child, jail.spec().namespaces().pid()).status();
    }
  }

  private static Pidfd spawn(ReadyJail jail, LaunchOrder order, Context context)
      throws BrigException, IOException {
    int pid;
    try {
      pid = Launcher.spawn(order);
    } catch (BrigException e) {
      throw Death.unborn(jail, order, e, context);
    }
    Pidfd child = Pidfd.open(pid);
    if (child == null) {
      throw new IllegalStateException("a child of our own has no entry: " + pid);
    }
    return child;
  }

  private static String shell(ReadyJail jail, JailView inside) throws BrigException, IOException {
    for (String shell : SHELLS) {
      if (Diagnosis.exists(inside, shell)) {
        return shell;
      }
    }
    throw BrigException.refused(
        Problem.of("there is no shell in the jail " + jail.spec().name())
            .remedy(
                "That is as it should be. Lend it one for this session with --with-busybox (Debian:"
                    + " apt-get install busybox-static), or name a program of the jail after --."));
  }

  private static List<String> onPath(List<String> command, JailView inside, ReadyJail jail)
      throws BrigException, IOException {
    String program = command.getFirst();
    for (String directory : List.of("/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/")) {
      if (Diagnosis.exists(inside, directory + program)) {
        List<String> found = new ArrayList<>(command);
        found.set(0, directory + program);
        return found;
      }
    }
    throw BrigException.refused(
        Problem.of("there is no program " + program + " in the jail " + jail.spec().name())
            .remedy("brig plan " + jail.spec().name() + " lists what is there."));
  }

  private static String hostBusybox(Context context) throws BrigException, IOException {
    for (String path : BUSYBOXES) {
      if (context.host().lstat(path) != null) {
        return path;
      }
    }
    throw BrigException.refused(
        Problem.of("there is no busybox on the host")
            .remedy("Debian: apt-get install busybox-static."));
  }
}
