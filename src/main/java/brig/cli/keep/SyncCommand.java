package brig.cli.keep;

import brig.cli.command.Context;
import brig.cli.command.NameOnly;
import brig.cli.jail.JailBuild;
import brig.cli.jail.JailNames;
import brig.cli.jail.Jailfiles;
import brig.cli.jail.OpenJail;
import brig.cli.jail.ReadyJail;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.JsonText;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.tree.BuildResult;
import brig.tree.Builder;
import brig.tree.Generations;
import brig.tree.JailVolume;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig sync NAME...|--all}: see docs/sync.md. */
public final class SyncCommand implements NameOnly {
  /** What became of one jail. */
  private record Synced(String name, String result, int generation, List<String> paths) {}

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Bring jails in step with the host: what changed there is taken over.",
            "Only what changed is read and written. Jails that were never built are not built."
                + " A service that runs keeps its tree until it is started again.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("NAME")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("A jail, or the path of its jailfile.")
            .build());
    spec.addOption(OptionSpec.builder("--all").description("All jails that were built.").build());
    spec.addOption(
        OptionSpec.builder("--dry-run").description("Only tell what would change.").build());
    spec.addOption(OptionSpec.builder("--json").description("For scripts.").build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    boolean all = arguments.hasMatchedOption("--all");
    if (all != names.isEmpty()) {
      throw BrigException.usage(
          Problem.of("brig sync takes names of jails or --all, one of the two")
              .remedy("See: brig sync --help."));
    }
    boolean json = arguments.hasMatchedOption("--json");
    return sync(names, all, arguments.hasMatchedOption("--dry-run"), json, context);
  }

  @Override
  public int run(String name, Context context) throws BrigException, IOException {
    return sync(List.of(name), false, false, false, context);
  }

  private static int sync(
      List<String> names, boolean all, boolean dry, boolean json, Context context)
      throws BrigException, IOException {
    Context shared = context.withHost(new SharedLooks(context.host()));
    ReadyJail.requireRoot("sync jails");
    PrintStream out = json ? context.err() : context.out();
    List<Synced> done = new ArrayList<>();
    int status = ExitCode.OK.status();
    for (String name : all ? built(context) : names) {
      try {
        Synced synced = sync(name, dry, out, shared);
        done.add(synced);
        if (synced.result().equals("synced")) {
          JailSpec spec = Jailfiles.read(name, context.paths());
          status = Math.max(status, AfterSync.of(spec, synced.generation(), out, context));
        }
      } catch (BrigException e) {
        // One jail that cannot be synced holds up none of the others.
        for (Problem problem : e.problems()) {
          context.err().println("brig: " + problem.text());
        }
        done.add(new Synced(name, "failed", 0, List.of()));
        status = Math.max(status, e.exitCode().status());
      }
    }
    if (json) {
      write(done, context);
    }
    return status;
  }

  private static List<String> built(Context context) throws IOException {
    List<String> built = new ArrayList<>();
    for (String name : JailNames.all(context.paths())) {
      OpenJail.orTell(name, context);
      if (Stat.of(context.paths().jailfile(name)) != null
          && Generations.of(context.paths(), name).current().isPresent()) {
        built.add(name);
      }
    }
    return built;
  }

  private static Synced sync(String argument, boolean dry, PrintStream out, Context context)
      throws BrigException, IOException {
    JailSpec spec = Jailfiles.read(argument, context.paths());
    JailVolume.open(context.paths(), spec.name());
    int current = Generations.of(context.paths(), spec.name()).current().orElse(0);
    if (current == 0) {
      throw BrigException.usage(
          Problem.of("cannot sync " + spec.name())
              .answered("it was never built")
              .remedy("brig build " + argument + " does."));
    }
    if (dry) {
      List<String> paths = Builder.preview(JailBuild.order(spec, context, false, false));
      out.println(
          paths.isEmpty()
              ? spec.name() + ": nothing would change (generation " + current + ")"
              : spec.name() + ": " + paths.size() + (paths.size() == 1 ? " change" : " changes"));
      for (String path : paths) {
        out.println("  " + brig.report.Printable.text(path));
      }
      return new Synced(spec.name(), paths.isEmpty() ? "unchanged" : "stale", current, paths);
    }
    BuildResult result = JailBuild.build(spec, context, false, false);
    out.println(result.text());
    return new Synced(
        spec.name(),
        result.changed() ? "synced" : "unchanged",
        result.generation(),
        result.paths());
  }

  private static void write(List<Synced> jails, Context context) throws IOException {
    JsonText.writeObject(
        new OutputStreamWriter(context.out(), StandardCharsets.UTF_8),
        json -> {
          json.writeArrayFieldStart("jails");
          for (Synced jail : jails) {
            json.writeStartObject();
            json.writeStringField("name", jail.name());
            json.writeStringField("result", jail.result());
            json.writeNumberField("generation", jail.generation());
            json.writeArrayFieldStart("paths");
            for (String path : jail.paths()) {
              json.writeString(path);
            }
            json.writeEndArray();
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
