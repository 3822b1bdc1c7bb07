package brig.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import brig.audit.About;
import brig.audit.rules.Rules;
import brig.cli.Cli;
import brig.linux.HostFiles;
import brig.testing.Gcc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** One jail for each rule, with exactly that fault: bench/faults. */
@Tag("root")
class PlantedFaultsTest {
  private static final Path FAULTS = Path.of("bench/faults").toAbsolutePath();
  private static final Pattern RULE = Pattern.compile("\"rule\" : \"([a-z-]+)\"");

  /**
   * What only a service that Brig runs can do: SelfServiceTest and CallsOutsideTest make it do so.
   */
  private static final List<String> OF_A_RUNNING_JAIL = List.of("outside-process", "call-outside");

  @TempDir Path directory;
  private Path cell;
  private final List<Path> works = new ArrayList<>();
  private final List<Cli> homes = new ArrayList<>();

  @BeforeEach
  void compile() throws IOException {
    String source = Files.readString(Path.of("bench/cell.c"));
    cell = Gcc.compile(directory.toRealPath().resolve("cell"), source, "-static");
  }

  @AfterEach
  void undo() throws IOException {
    for (Path work : works) {
      faults("undo", work.toString());
    }
    for (Cli home : homes) {
      HostFiles.deleteTree(home.paths.lib()); // JUnit warns of every link in it
    }
  }

  private static String faults(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(FAULTS.toString()));
    command.addAll(List.of(arguments));
    return Gcc.run(command, Map.of());
  }

  /** A jail, and how it is audited. */
  private final class Jail {
    final Path work;
    final Cli cli;
    final List<String> audited;
    final String root;

    Jail(String rule, boolean brig) throws IOException {
      work = Files.createDirectories(cell.resolveSibling(rule));
      works.add(work);
      cli = new Cli(work.resolve("brig"));
      if (brig) {
        homes.add(cli);
        Files.copy(cell, work.resolve("daemon"));
        cli.jailfile(
            "cell",
            """
            command = ["/opt/daemon"]
            user = "4321"
            group = "4321"
            [files]
            programs = ["/usr/bin/env"]
            map = { "/opt/daemon" = "%s" }
            """
                .formatted(work.resolve("daemon")));
        assertThat(cli.brig("build", "cell")).as(cli.err()).isZero();
        audited = List.of("cell");
        root = cli.paths.generation("cell", 1) + "/root";
      } else {
        root = Files.createDirectories(work.resolve("jails/root")).toString();
        faults("base", root, cell.toString());
        audited = List.of("--as", "4321", root);
      }
    }

    TreeSet<String> found() {
      List<String> arguments = new ArrayList<>(List.of("audit", "--json"));
      arguments.addAll(audited);
      int status = cli.brig(arguments.toArray(String[]::new));
      assertThat(status).as(cli.err()).isBetween(0, 1);
      TreeSet<String> rules = new TreeSet<>();
      Matcher matcher = RULE.matcher(cli.out());
      while (matcher.find()) {
        rules.add(matcher.group(1));
      }
      return rules;
    }
  }

  @TestFactory
  Stream<DynamicTest> eachRuleFindsItsFaultAndNoOtherRuleDoes() throws IOException {
    Map<String, Boolean> kinds = new LinkedHashMap<>();
    for (String line : faults("list").lines().toList()) {
      String[] words = line.split(" ", -1);
      kinds.put(words[0], words[1].equals("brig"));
    }
    List<String> planted = new ArrayList<>(Rules.all().stream().map(About::id).toList());
    planted.removeAll(OF_A_RUNNING_JAIL);
    assertThat(kinds.keySet())
        .as("a fault for each rule")
        .containsExactlyInAnyOrderElementsOf(planted);
    return kinds.entrySet().stream()
        .map(
            kind ->
                DynamicTest.dynamicTest(
                    kind.getKey(), () -> plant(kind.getKey(), kind.getValue())));
  }

  private void plant(String rule, boolean brig) throws IOException {
    Jail jail = new Jail(rule, brig);
    assertThat(jail.found()).as("of a clean jail").isEmpty();
    faults("plant", rule, jail.root, jail.work.toString(), cell.toString());
    if (rule.equals("old-generation")) {
      assertThat(jail.cli.brig("build", "--again", "cell")).isZero();
    }
    assertThat(jail.found()).as(jail.cli.out()).containsExactly(rule);
    faults("undo", jail.work.toString());
  }

  @Test
  void aConnectionToADaemonOfTheHostIsADescriptorThatLeadsOut() throws IOException {
    Jail jail = new Jail("daemon-socket", false);
    faults("plant", "daemon-socket", jail.root, jail.work.toString(), cell.toString());
    assertThat(jail.found()).containsExactly("descriptor-outside");
    assertThat(jail.cli.out())
        .contains("open on a connection to " + jail.work + "/docker/docker.sock");
  }

  @Test
  void case26_aOneByteChangeInALibraryIsFoundWhereverItIs() throws IOException {
    Jail jail = new Jail("bytes", true);
    Path library;
    try (Stream<Path> files = Files.walk(Path.of(jail.root, "usr/lib"))) {
      library = files.filter(f -> f.endsWith("libc.so.6")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(library);
    for (int at : new int[] {0, 1023, 65536, bytes.length / 2, bytes.length - 1}) {
      byte[] changed = bytes.clone();
      changed[at] ^= 1;
      Files.write(library, changed);
      assertThat(jail.found()).as("byte %d", at).containsExactly("drift");
      assertThat(jail.cli.out()).contains("/libc.so.6\"", "has other content: SHA-256 ");
    }
    Files.write(library, bytes);
    assertThat(jail.found()).isEmpty();
  }

  @Test
  void filesSharedBetweenGenerationsAreNoLinksThatLeaveTheJail() throws IOException {
    Jail jail = new Jail("shared", true);
    Files.createDirectories(Path.of(jail.cli.paths.generation("cell", 9)));
    Path other = Files.createDirectory(Path.of(jail.cli.paths.generation("cell", 9), "root"));
    Files.createLink(other.resolve("daemon"), Path.of(jail.root, "opt/daemon"));
    assertThat(jail.found()).isEmpty();
    Files.createLink(jail.work.resolve("outside"), Path.of(jail.root, "opt/daemon"));
    assertThat(jail.found()).containsExactly("hard-link");
    assertThat(jail.cli.out()).contains("has 3 names, of which 1 is not in the jail");
  }

  @Test
  void nginxAsItsRecipeHasItIsClean() throws IOException {
    Cli cli = new Cli(directory.toRealPath().resolve("nginx"));
    homes.add(cli);
    // A user that nothing on a test machine runs as: www-data may be another test's.
    String recipe = Files.readString(Path.of("recipes/nginx.toml"));
    cli.jailfile("web", recipe.replace("user = \"www-data\"", "user = \"list\""));
    assertThat(cli.brig("build", "web")).as(cli.err()).isZero();
    assertThat(cli.brig("audit", "--fail-on", "low", "web")).as(cli.out()).isZero();
    assertThat(cli.out()).contains("web: no findings", "for list (uid ");
  }
}
