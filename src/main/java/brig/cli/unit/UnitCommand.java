package brig.cli.unit;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.JailArgument;
import brig.cli.jail.Jailfiles;
import brig.cli.jail.ReadyJail;
import brig.export.InitScript;
import brig.export.SystemdUnit;
import brig.launch.LaunchOrder;
import brig.linux.FileNames;
import brig.linux.HostFiles;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig unit NAME [--init] [--write DIR]}. */
public final class UnitCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Print a systemd unit that starts a jail without Brig, or an init script.",
            "Builds the jail first when there is none, or when the jailfile changed. Nothing is"
                + " installed unless --write is given.");
    spec.addOption(
        OptionSpec.builder("--init")
            .description("An LSB init script for hosts without systemd; it starts Brig.")
            .build());
    spec.addOption(
        OptionSpec.builder("--write")
            .paramLabel("DIR")
            .type(String.class)
            .description("Write what would be printed to DIR, as brig-NAME.service and so on.")
            .build());
    spec.addPositional(JailArgument.one());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    JailSpec spec = Jailfiles.read(arguments.matchedPositionalValue(0, ""), context.paths());
    String directory = arguments.matchedOptionValue("--write", (String) null);
    String name = spec.name();
    if (arguments.hasMatchedOption("--init")) {
      String brig = System.getProperty("brig.home", ".") + "/brig";
      boolean known = spec.file().equals(context.paths().jailfile(name));
      put(
          InitScript.nameOf(name),
          InitScript.of(spec, brig, known ? name : spec.file()),
          0755,
          directory,
          context);
      return ExitCode.OK.status();
    }
    refuseOthers(spec);
    ReadyJail jail = ReadyJail.of(spec, context);
    LaunchOrder order = jail.orders(context.paths()).service(List.of(), List.of(), null);
    UserStart start = UserStart.of(order, jail.facts(), jail.root());
    if (start.obstacle() != null) {
      context
          .err()
          .println("brig: " + SystemdUnit.nameOf(name) + " begins as root: " + start.obstacle());
    }
    String unit = SystemdUnit.nameOf(name);
    String root = context.paths().current(name) + "/root";
    String text = SystemdUnit.service(spec, start.order(), root, start.logs());
    put(unit + ".service", text, 0644, directory, context);
    String socket = SystemdUnit.socket(spec);
    if (!socket.isEmpty()) {
      put(unit + ".socket", socket, 0644, directory, context);
    }
    return ExitCode.OK.status();
  }

  /** What only a start by Brig can put together. */
  private static void refuseOthers(JailSpec spec) throws BrigException {
    String why =
        switch (spec.mode()) {
          case COPY ->
              spec.filesystem() == null ? null : "its file system has to be mounted at each start";
          case BIND -> "its root is put together at each start";
          case LATE -> "a process of Brig's has to hold its daemon";
          case SELF -> "its root is put together at each start, and watched";
        };
    if (why != null) {
      throw BrigException.usage(
          Problem.of("there is no unit for " + spec.name() + " that does without Brig: " + why)
              .remedy(
                  "Choose mode = \"copy\" without filesystem, or let a unit start brig run or brig"
                      + " up."));
    }
  }

  private static void put(
      String file, String text, int mode, @Nullable String directory, Context context)
      throws IOException {
    if (directory == null) {
      context.out().print(text);
      return;
    }
    String path = directory + "/" + file;
    HostFiles.replace(path, FileNames.encode(text), mode);
    context.out().println("wrote " + path);
  }
}
