package brig.cli.unit;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.JailArgument;
import brig.cli.jail.Jailfiles;
import brig.cli.jail.ReadyJail;
import brig.export.HeldUnit;
import brig.export.HolesUnit;
import brig.export.InitScript;
import brig.export.MountUnit;
import brig.export.SystemdUnit;
import brig.launch.LaunchOrder;
import brig.linux.Fd;
import brig.linux.FileNames;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.spec.JailSpec;
import brig.tree.JailVolume;
import brig.tree.MountPlan;
import brig.tree.UnitRoot;
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
    String brig = System.getProperty("brig.home", ".") + "/brig";
    boolean known = spec.file().equals(context.paths().jailfile(name));
    String jailfile = known ? name : spec.file();
    String home = context.environment().getOrDefault("BRIG_HOME", "");
    if (arguments.hasMatchedOption("--init")) {
      String script = InitScript.of(spec, brig, jailfile, home);
      put(InitScript.nameOf(name), script, 0755, directory, context);
      return ExitCode.OK.status();
    }
    String unit = SystemdUnit.nameOf(name);
    if (!spec.holes().isEmpty()) {
      String listener = HolesUnit.service(spec, brig, jailfile, home);
      put(HolesUnit.nameOf(name) + ".service", listener, 0644, directory, context);
    }
    if (spec.mode() == JailSpec.Mode.LATE) {
      String held = HeldUnit.service(spec, brig, jailfile, home);
      put(unit + ".service", held, 0644, directory, context);
      return ExitCode.OK.status();
    }
    ReadyJail jail = ReadyJail.of(spec, context);
    LaunchOrder order = jail.orders(context.paths()).service(List.of(), List.of(), null);
    UserStart start = asUser(jail, order, context);
    String root = root(jail, context);
    String service =
        SystemdUnit.service(
            spec,
            start == null ? order : start.order(),
            root,
            start == null ? List.of() : start.logs());
    put(unit + ".service", service, 0644, directory, context);
    if (spec.mode() == JailSpec.Mode.COPY) {
      String current = MountUnit.ofCurrent(spec, context.paths().current(name) + "/root", root);
      put(MountUnit.nameOf(root), current, 0644, directory, context);
    }
    String socket = SystemdUnit.socket(spec);
    if (!socket.isEmpty()) {
      put(unit + ".socket", socket, 0644, directory, context);
    }
    if (JailVolume.exists(context.paths(), name)) {
      String where = context.paths().jail(name);
      String mount = MountUnit.text(spec, context.paths().image(name), where);
      put(MountUnit.nameOf(where), mount, 0644, directory, context);
    }
    return ExitCode.OK.status();
  }

  /** Without root where that can be; only a tree of the jail's own tells. */
  private static @Nullable UserStart asUser(ReadyJail jail, LaunchOrder order, Context context)
      throws BrigException, IOException {
    if (jail.spec().mode() != JailSpec.Mode.COPY) {
      return null;
    }
    UserStart start = UserStart.of(order, jail.facts(), jail.root());
    if (start.obstacle() != null) {
      String unit = SystemdUnit.nameOf(jail.spec().name());
      context.err().println("brig: " + unit + " begins as root: " + start.obstacle());
    }
    return start;
  }

  /** Where the unit finds the jail; what is mounted wants places for it on disk. */
  private static String root(ReadyJail jail, Context context) throws LinuxException {
    String name = jail.spec().name();
    MountPlan mounted = jail.mounted();
    return switch (jail.spec().mode()) {
      case COPY -> plain(context.paths().unitRoots(name) + "/current");
      case BIND ->
          mounted == null
              ? jail.root()
              : plain(UnitRoot.make(context.paths(), name, jail.generation(), mounted));
      case LATE, SELF -> jail.spec().late() == null ? "/" : jail.spec().late().root().value();
    };
  }

  /** A directory, made if need be, by a path without links. */
  private static String plain(String directory) throws LinuxException {
    HostFiles.createDirectories(directory, 0755);
    try (Fd open = Fd.open(directory, Fd.O_PATH | Fd.O_DIRECTORY)) {
      return Fd.readLink("/proc/self/fd/" + open.number());
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
