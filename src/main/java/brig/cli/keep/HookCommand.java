package brig.cli.keep;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.JailBuild;
import brig.cli.jail.JailNames;
import brig.cli.jail.Jailfiles;
import brig.cli.jail.OpenJail;
import brig.cli.jail.ReadyJail;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.tree.BuildResult;
import brig.tree.Generations;
import brig.tree.JailVolume;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig hook install|remove|status|run}: see docs/hook.md. */
public final class HookCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Let the host's package manager sync the jails after each upgrade.",
            "install: write the hooks of apt, dpkg and dnf, as far as they are here. remove: take"
                + " them away. status: tell how they stand; exit status 1 when one is absent. run:"
                + " what they run: sync all jails, and tell which have changed.");
    spec.addOption(
        OptionSpec.builder("--root")
            .paramLabel("DIR")
            .type(String.class)
            .description("The root directory of the host to write hooks for, such as an image's.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("1")
            .paramLabel("ACTION")
            .type(String.class)
            .description("install, remove, status or run.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("1")
            .arity("0..1")
            .paramLabel("NAME")
            .type(String.class)
            .description("For run: only this jail.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    String root = arguments.matchedOptionValue("--root", "");
    if (!root.isEmpty() && Stat.of(root) == null) {
      throw BrigException.usage(Problem.of("there is no directory " + root));
    }
    String action = arguments.matchedPositionalValue(0, "");
    return switch (action) {
      case "install" -> {
        ReadyJail.requireRoot("install hooks");
        PackageHooks hooks = hooks(root, context);
        tell(hooks.install(), context);
        for (String missing : hooks.missing()) {
          context.err().println("brig: install " + missing + ", then brig hook install again");
        }
        yield ExitCode.OK.status();
      }
      case "remove" -> {
        ReadyJail.requireRoot("remove hooks");
        tell(hooks(root, context).remove(), context);
        yield ExitCode.OK.status();
      }
      case "status" -> {
        List<PackageHooks.Outcome> outcomes = hooks(root, context).status();
        tell(outcomes, context);
        yield isInstalled(outcomes) ? ExitCode.OK.status() : ExitCode.FINDINGS.status();
      }
      case "run" -> {
        String name = arguments.matchedPositionalValue(1, "");
        yield name.isEmpty() ? syncAll(context) : sync(name, context);
      }
      default ->
          throw BrigException.usage(
              Problem.of("there is no action '" + action + "'")
                  .remedy("It is one of install, remove, status, run."));
    };
  }

  private static PackageHooks hooks(String root, Context context) throws BrigException {
    String home = System.getProperty("brig.home");
    if (home == null) {
      throw BrigException.refused(
          Problem.of("cannot tell where brig is").remedy("Start it by its launcher, brig."));
    }
    String plain = root.endsWith("/") ? root.substring(0, root.length() - 1) : root;
    String brigHome = context.environment().get("BRIG_HOME");
    return new PackageHooks(
        plain, home + "/brig", brigHome == null || brigHome.isEmpty() ? null : brigHome);
  }

  private static boolean isInstalled(List<PackageHooks.Outcome> outcomes) {
    boolean any = false;
    for (PackageHooks.Outcome outcome : outcomes) {
      if (outcome.state() == PackageHooks.State.UNCHANGED) {
        any = true;
      } else if (outcome.state() != PackageHooks.State.NO_PLACE) {
        return false;
      }
    }
    return any;
  }

  private static void tell(List<PackageHooks.Outcome> outcomes, Context context) {
    if (outcomes.isEmpty()) {
      context.out().println("there is no package manager here that Brig knows (apt, dpkg, dnf)");
    }
    for (PackageHooks.Outcome outcome : outcomes) {
      context
          .out()
          .println(outcome.manager() + ": " + outcome.path() + ": " + outcome.state().word());
    }
  }

  /**
   * Each jail that was built once. One that fails is told and holds up none of the others; the exit
   * status is for a person who runs this, package managers pass over it.
   */
  private static int syncAll(Context context) throws BrigException, IOException {
    ReadyJail.requireRoot("sync the jails");
    // Jails want the same libraries: each is looked at once for all of them.
    Context shared = context.withHost(new SharedLooks(context.host()));
    int status = ExitCode.OK.status();
    for (String name : JailNames.all(context.paths())) {
      OpenJail.orTell(name, context);
      if (Generations.of(context.paths(), name).current().isPresent()
          && Stat.of(context.paths().jailfile(name)) != null) {
        status = Math.max(status, shared.run("hook", "run", name));
      }
    }
    return status;
  }

  /** All of it on standard error: dnf5 takes a hook's standard output for orders. */
  private static int sync(String name, Context context) throws BrigException, IOException {
    JailSpec spec = Jailfiles.read(name, context.paths());
    JailVolume.open(context.paths(), spec.name());
    int before = Generations.of(context.paths(), spec.name()).current().orElse(0);
    BuildResult result = JailBuild.build(spec, context, false, false);
    if (!result.changed()) {
      return ExitCode.OK.status();
    }
    context
        .err()
        .println(
            "brig: "
                + spec.name()
                + ": generation "
                + result.generation()
                + ": "
                + ChangeSummary.between(spec.name(), before, result.generation(), context));
    return AfterSync.of(spec, result.generation(), context.err(), context);
  }
}
