package brig.cli.recipe;

import brig.cli.Installation;
import brig.launch.service.RunState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * How long each recipe takes from its jailfile to a service that is ready, one after the other, and
 * how many processes of Brig are there then: bench/recipes runs it, with Brig's own launcher.
 */
public final class RecipeTimes {
  private static final String SERVED = "hole-budget-serve";

  private RecipeTimes() {}

  /**
   * Prints a line for each recipe, and the total.
   *
   * @param names of the recipes; all when there are none
   */
  public static void main(String[] names) throws Exception {
    List<String> wanted = List.of(names);
    double total = 0;
    int most = 0;
    line("recipe", "build s", "start s", "of Brig");
    for (Recipe recipe : RecipesEndToEndTest.all()) {
      if (wanted.isEmpty() || wanted.contains(recipe.jails().getLast())) {
        Times times = measure(recipe);
        line(recipe.toString(), times.build(), times.start(), times.processes());
        total += times.build() + times.start();
        most = Math.max(most, times.processes());
      }
    }
    if (wanted.isEmpty() || wanted.contains(SERVED)) {
      Installation machine = new Installation();
      try {
        double start = HoleServices.served(machine);
        line(SERVED, 0.0, start, processesOfBrig());
        total += start;
      } finally {
        machine.close();
      }
    }
    System.out.printf(
        Locale.ROOT, "%nall: %.1f s; at most %d process of Brig beside a service%n", total, most);
    System.exit(most > 1 ? 1 : 0);
  }

  private static void line(Object... columns) {
    for (int i = 0; i < columns.length; i++) {
      Object column = columns[i];
      String text = column instanceof Double d ? "%.2f".formatted(d) : column.toString();
      System.out.printf(i == 0 ? "%-32s" : "%10s", text);
    }
    System.out.println();
  }

  /**
   * @param build in seconds, of all its jails
   * @param start from the command to the word that the last one is ready, in seconds
   * @param processes of Brig while it runs
   */
  private record Times(double build, double start, int processes) {}

  private static Times measure(Recipe recipe) throws Exception {
    Installation machine = new Installation();
    try {
      recipe.prepare().run(machine);
      double build = 0;
      for (String jail : recipe.jails()) {
        require(machine.brig("init", jail, "--from", jail));
        Path file = Path.of(machine.paths().jailfile(jail));
        Files.writeString(file, recipe.text(jail, Files.readString(file), machine.home()));
        if (recipe.alsoMounted()) {
          long begin = System.nanoTime();
          require(machine.brig("build", jail));
          build += seconds(begin);
        }
      }
      recipe.start().run(machine);
      String last = recipe.jails().getLast();
      long begin = System.nanoTime();
      Process up = machine.startBrig("up", last);
      try {
        Installation.readUntil(up, "brig: " + last + ": ready");
        double start = seconds(begin);
        int processes = processesOfBrig();
        Installation.signal(up, "INT");
        up.getInputStream().readAllBytes();
        up.waitFor();
        for (String jail : recipe.jails()) {
          if (RunState.read(machine.paths().state(jail)) != null) {
            throw new IllegalStateException(jail + " runs still");
          }
        }
        return new Times(build, start, processes);
      } finally {
        up.destroyForcibly();
      }
    } finally {
      machine.close();
    }
  }

  /** Those that this process has started, with all below them, but for a hole's listener. */
  private static int processesOfBrig() {
    return (int)
        ProcessHandle.current()
            .descendants()
            .map(process -> process.info().commandLine().orElse(""))
            .filter(line -> line.contains("brig.cli.Main") && !line.contains(" hole serve "))
            .count();
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private static void require(Installation.Result result) {
    if (result.status() != 0) {
      throw new IllegalStateException(result.output());
    }
  }
}
