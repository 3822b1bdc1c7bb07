package brig.cli.draft;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.Jailfiles;
import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailfileReader;
import brig.web.config.WebConfigReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig init}: writes a commented jailfile. */
public final class InitCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Write a jailfile for a service.",
            "",
            "brig init www --from nginx      begins with a recipe",
            "brig init www -- PROGRAM ARG... begins with a command",
            "brig init --list                names the recipes",
            "");
    spec.addOption(
        OptionSpec.builder("--from")
            .type(String.class)
            .paramLabel("RECIPE")
            .description("Begin with this recipe.")
            .build());
    spec.addOption(
        OptionSpec.builder("--list").description("Name the recipes and what they jail.").build());
    spec.addOption(
        OptionSpec.builder("--force").description("Replace a jailfile that is there.").build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("0..1")
            .type(String.class)
            .paramLabel("NAME")
            .description("The jail's name, or a path for its jailfile.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("1..*")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("COMMAND")
            .description("What runs in the jail, after '--'.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    String home = System.getProperty("brig.home");
    Recipes recipes = new Recipes(home == null ? "." : home);
    if (arguments.hasMatchedOption("--list")) {
      recipes.list(context.out());
      return ExitCode.OK.status();
    }
    String jail = arguments.matchedPositionalValue(0, null);
    List<String> command = arguments.matchedPositionalValue(1, List.of());
    String recipe = arguments.matchedOptionValue("--from", null);
    if (jail == null || (recipe == null) == command.isEmpty()) {
      throw BrigException.usage(
          Problem.of("brig init wants a name, and either --from RECIPE or -- COMMAND")
              .remedy("See: brig init --help."));
    }
    if (recipe != null && recipes.isServed(recipe)) {
      return served(jail, recipe, recipes, arguments.hasMatchedOption("--force"), context);
    }
    String name = Jailfiles.nameOf(jail);
    String file = Jailfiles.fileOf(jail, context.paths());
    refuseToOverwrite(file, arguments.hasMatchedOption("--force"));
    byte[] content =
        recipe != null
            ? recipes.read(recipe)
            : FirstDraft.of(name, command, context.host()).getBytes(StandardCharsets.UTF_8);
    // What Brig writes, Brig must be able to read.
    JailfileReader.read(name, recipe != null ? recipes.fileOf(recipe) : file, content);
    write(file, content);
    tellNext(jail, file, context.out());
    return ExitCode.OK.status();
  }

  /** A configuration of brig serve; beside the jailfiles its name says that it is none. */
  private static int served(
      String name, String recipe, Recipes recipes, boolean force, Context context)
      throws BrigException, IOException {
    boolean path = name.indexOf('/') >= 0 || name.endsWith(".toml");
    String file = path ? name : context.paths().etc() + "/" + Jailfiles.nameOf(name) + ".web.toml";
    refuseToOverwrite(file, force);
    byte[] content = recipes.read(recipe);
    WebConfigReader.read(recipes.fileOf(recipe), content);
    write(file, content);
    context.out().println("wrote " + file);
    context.out().println("next: look through it, then");
    context.out().println("  brig serve --check " + file + "   what is wrong with it");
    context.out().println("  brig serve " + file + "           starts it");
    return ExitCode.OK.status();
  }

  private static void refuseToOverwrite(String file, boolean force)
      throws BrigException, LinuxException {
    Stat stat = Stat.ofLink(file);
    if (stat == null || (force && stat.isFile())) {
      return;
    }
    throw BrigException.usage(
        Problem.of("there is a jailfile already: " + file)
            .remedy(
                stat.isFile()
                    ? "Choose another name, or replace it with --force."
                    : "It is not a plain file; choose another name."));
  }

  private static void write(String file, byte[] content) throws BrigException {
    try {
      int slash = file.lastIndexOf('/');
      String directory = slash < 0 ? "." : slash == 0 ? "/" : file.substring(0, slash);
      if (Stat.of(directory) == null) {
        HostFiles.createDirectories(directory, 0755);
        try (Fd made = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
          Attributes.chmod(made, 0755);
        }
      }
      HostFiles.replace(file, content, 0644);
    } catch (LinuxException e) {
      boolean denied = e.errno() == Errno.EACCES || e.errno() == Errno.EPERM;
      throw BrigException.refused(
          e.problem("cannot write the jailfile " + file)
              .remedy(denied ? "Run it as root, or set BRIG_HOME to a directory of yours." : null));
    }
  }

  private static void tellNext(String jail, String file, PrintStream out) {
    out.println("wrote " + file);
    out.println("next: look through it, then");
    out.println("  brig plan " + jail + "    what goes into the jail");
    out.println("  brig build " + jail + "   makes it");
    out.println("  brig run " + jail + "     starts the service in it");
  }
}
