package brig.cli.recipe;

import static brig.cli.recipe.Services.lay;
import static brig.cli.recipe.Services.run;
import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hole's example in its two recipes, with the programs outside that need no database: {@code
 * examples/budget/plain}.
 */
final class HoleServices {
  private static final Path EXAMPLE = Path.of("examples/budget");
  private static final Pattern NONCE = Pattern.compile("name=\"brig_nonce\" value=\"([^\"]*)\"");

  private HoleServices() {}

  static List<Recipe> all() {
    return List.of(holeBudget());
  }

  /** The programs outside, and the hole's file. */
  private static void layOutside(Installation machine) throws Exception {
    for (String name :
        List.of("check-password", "accounts", "report", "people", "titles", "lines")) {
      lay(
          machine,
          "budget/" + name,
          "rwxr-xr-x",
          Files.readString(EXAMPLE.resolve("plain/" + name)));
    }
    lay(machine, "srv/report.pl", "rwxr-xr-x", Files.readString(EXAMPLE.resolve("report.pl")));
    lay(machine, "srv/hole.pl", "rw-r--r--", Files.readString(Path.of("clients/hole.pl")));
    String hole = Files.readString(EXAMPLE.resolve("budget.hole.toml"));
    hole = Recipe.with(hole, "/usr/local/lib/budget", machine.home() + "/budget");
    hole = Recipe.with(hole, "user = \"reports\"", "user = \"games\"");
    Files.writeString(Path.of(machine.paths().etc(), "budget.hole.toml"), hole);
  }

  /** The listener, which is there when its door is; it ends with the machine. */
  private static void listen(Installation machine, Path doors, String... arguments)
      throws Exception {
    List<String> line = new ArrayList<>(List.of("hole", "serve"));
    line.addAll(List.of(arguments));
    machine.endsWithIt(machine.startBrig(line.toArray(String[]::new)));
    Backends.await("the door of the hole", () -> Files.exists(doors.resolve("socket")));
  }

  private static Recipe holeBudget() {
    return Recipe.of("hole-budget")
        .change("/srv/budget", "HOME/srv")
        .prepared(HoleServices::layOutside)
        .built(
            machine ->
                listen(
                    machine,
                    Path.of(machine.paths().writable("hole-budget"), "run/hole"),
                    "hole-budget"))
        .asked(
            machine -> {
              String page = "http://127.0.0.1/cgi-bin/report.pl";
              String login = send(machine, page);
              assertThat(login).contains("Password");
              String wrong = logIn(machine, page, login, "wrong");
              assertThat(wrong).contains("Wrong name or password.");
              String form = logIn(machine, page, wrong, "correct horse");
              assertThat(form).contains("Travel", "Public works");
              String forged = report(machine, page, form, "4712");
              assertThat(forged).contains("Please choose one of the list.");
              String report = report(machine, page, forged, "4711");
              assertThat(report).contains("Account 4711, year 2026", "Train to Montr");
              Files.delete(machine.home().resolve("cookies"));
              return List.of(report.replaceAll(NONCE.pattern(), ""));
            });
  }

  private static String logIn(Installation machine, String page, String form, String password)
      throws Exception {
    return send(
        machine,
        page,
        "--data-urlencode",
        "brig_nonce=" + nonce(form),
        "-d",
        "hole_job=login",
        "-d",
        "username=anne",
        "--data-urlencode",
        "password=" + password);
  }

  private static String report(Installation machine, String page, String form, String account)
      throws Exception {
    return send(
        machine,
        page,
        "--data-urlencode",
        "brig_nonce=" + nonce(form),
        "-d",
        "account=" + account,
        "-d",
        "year=2026");
  }

  private static String nonce(String form) {
    Matcher found = NONCE.matcher(form);
    assertThat(found.find()).as(form).isTrue();
    return found.group(1);
  }

  private static String send(Installation machine, String page, String... options)
      throws Exception {
    String cookies = machine.home() + "/cookies";
    List<String> line = new ArrayList<>(List.of("curl", "-sS", "-b", cookies, "-c", cookies));
    line.addAll(List.of(options));
    line.add(page);
    return run(machine, line.toArray(String[]::new));
  }

  /**
   * The recipe for brig serve, by its page: from the command to the first form, in seconds.
   *
   * @param machine whose own it is
   */
  static double served(Installation machine) throws Exception {
    layOutside(machine);
    Path site = Files.createDirectories(machine.home().resolve("srv/site"));
    Path doors = Files.createDirectories(machine.home().resolve("srv/hole"));
    assertThat(site).isDirectory();
    listen(machine, doors, "budget", "--at", doors.toString());
    Installation.Result written = machine.brig("init", "web", "--from", "hole-budget-serve");
    assertThat(written.status()).as(written.output()).isZero();
    Path file = Path.of(machine.paths().etc(), "web.web.toml");
    String text = Recipe.with(Files.readString(file), "/srv/budget", machine.home() + "/srv");
    Files.writeString(file, Recipe.with(text, "/var/log", machine.home().toString()));
    long begin = System.nanoTime();
    machine.endsWithIt(machine.startBrig("serve", file.toString()));
    List<String> ask = List.of("curl", "-sf", "http://127.0.0.1/budget/login");
    Backends.await("the form", () -> machine.run(ask).output().contains("Password"));
    return (System.nanoTime() - begin) / 1e9;
  }
}
