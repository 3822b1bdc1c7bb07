package brig.cli.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.cli.Main;
import brig.cli.command.Context;
import brig.cli.host.LiveHost;
import brig.cli.jail.Jailfiles;
import brig.report.BrigException;
import brig.spec.JailSpec;
import brig.spec.JailfileReader;
import brig.spec.Located;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitCommandTest {
  @TempDir Path home;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Context context() {
    Map<String, String> environment = Map.of("BRIG_HOME", home.toString());
    return Context.of(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        environment,
        new LiveHost(),
        false,
        Main::run);
  }

  private int brig(String... arguments) {
    return Main.run(arguments, context());
  }

  private String told() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private Path jailfile(String name) {
    return home.resolve("etc/" + name + ".toml");
  }

  private static String modeOf(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aRecipeIsWrittenAsItIs() throws IOException {
    assertThat(brig("init", "www", "--from", "nginx")).as(told()).isZero();
    assertThat(jailfile("www")).hasSameBinaryContentAs(Path.of("recipes/nginx.toml"));
    assertThat(modeOf(jailfile("www"))).isEqualTo("rw-r--r--");
    assertThat(modeOf(home.resolve("etc"))).isEqualTo("rwxr-xr-x");
    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("wrote " + jailfile("www") + "\n")
        .contains("brig plan www", "brig build www", "brig run www");
    try (Stream<Path> files = Files.list(home.resolve("etc"))) {
      assertThat(files).containsExactly(jailfile("www"));
    }
  }

  @Test
  void aRecipeForTheWebServerIsWrittenBesideTheJailfilesAndIsNone() throws IOException {
    assertThat(brig("init", "forms", "--from", "hole-budget-serve")).as(told()).isZero();
    Path file = home.resolve("etc/forms.web.toml");
    assertThat(file).hasSameBinaryContentAs(Path.of("recipes/web/hole-budget-serve.toml"));
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("brig serve --check " + file);
    assertThat(brig("init", "forms", "--from", "hole-budget-serve")).isEqualTo(100);
    out.reset();
    assertThat(brig("status")).as(told()).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("forms");
  }

  @Test
  void aCommandBecomesAJailfileThatCanBeReadAndKeepsItsArguments() throws Exception {
    assertThat(brig("init", "nap", "--", "sleep", "-x", "a \"b\" \\ \n\u00e9")).as(told()).isZero();
    JailSpec spec = Jailfiles.read("nap", context().paths());
    assertThat(spec.command().argv().value())
        .containsExactly("/usr/bin/sleep", "-x", "a \"b\" \\ \n\u00e9");
    assertThat(spec.identity().user().value()).isEqualTo("nobody");
    assertThat(spec.files().writable()).isEmpty();
    assertThat(Files.readString(jailfile("nap")))
        .contains("# The jail of nap.", "'adduser --system --group nap' makes one.");
  }

  @Test
  void whatTheArgumentsNameIsIncludedButNotWhereServicesWrite() throws Exception {
    assertThat(
            brig(
                "init",
                "nap",
                "--",
                "sleep",
                "/etc/hosts",
                "--conf=/etc/ssl/",
                "/var/log",
                "/var/lib/dpkg",
                "/usr/../etc/passwd",
                "/etc/hosts",
                "/etc/nonesuch",
                "/"))
        .as(told())
        .isZero();
    JailSpec spec = Jailfiles.read("nap", context().paths());
    assertThat(spec.files().include())
        .extracting(Located::value)
        .containsExactly("/etc/hosts", "/etc/ssl");
  }

  @Test
  void theAccountOfTheSameNameIsTaken() throws Exception {
    assertThat(brig("init", "games", "--", "/bin/sleep", "1")).as(told()).isZero();
    JailSpec spec = Jailfiles.read("games", context().paths());
    assertThat(spec.identity().user().value()).isEqualTo("games");
  }

  @Test
  void allCommentedExamplesOfTheFirstDraftTogetherAreAGoodJailfile() throws Exception {
    assertThat(brig("init", "games", "--", "/bin/sleep", "1")).isZero();
    StringBuilder all = new StringBuilder();
    for (String line : Files.readAllLines(jailfile("games"))) {
      String bare = line.strip();
      boolean example =
          bare.matches("# ([a-z_A-Z]+ = .*|\\[[a-z]+\\]|\".*|\\{.*)")
              && !bare.contains("start_as_root")
              && !bare.contains("SETUID");
      all.append(example ? bare.substring(2) : line).append('\n');
    }
    byte[] text = all.toString().getBytes(StandardCharsets.UTF_8);
    JailSpec spec = JailfileReader.read("games", "all.toml", text);
    assertThat(spec.files().writable()).hasSize(2);
    assertThat(spec.files().temporary()).hasSize(2);
    assertThat(spec.network().sockets()).hasSize(2);
    assertThat(spec.sockets()).hasSize(1);
    assertThat(spec.limits().values()).containsKey("RLIMIT_NPROC");
  }

  @Test
  void aJailfileThatIsThereIsNotOverwrittenUnlessTold() throws IOException {
    assertThat(brig("init", "www", "--from", "nginx")).isZero();
    Files.writeString(jailfile("www"), "mine");
    assertThat(brig("init", "www", "--from", "apache")).isEqualTo(100);
    assertThat(told())
        .isEqualTo(
            "brig: there is a jailfile already: "
                + jailfile("www")
                + ". Choose another name, or replace it with --force.\n");
    assertThat(jailfile("www")).hasContent("mine");
    assertThat(brig("init", "www", "--force", "--from", "apache")).isZero();
    assertThat(jailfile("www")).hasSameBinaryContentAs(Path.of("recipes/apache.toml"));
  }

  @Test
  void aLinkInThePlaceOfTheJailfileIsNotFollowed() throws IOException {
    Files.createDirectories(home.resolve("etc"));
    Path victim = Files.writeString(home.resolve("victim"), "safe");
    Files.createSymbolicLink(jailfile("www"), victim);
    assertThat(brig("init", "www", "--force", "--from", "nginx")).isEqualTo(100);
    assertThat(told()).contains("It is not a plain file; choose another name.");
    assertThat(victim).hasContent("safe");
  }

  @Test
  void anUnknownRecipeNamesThoseThatAreThere() {
    assertThat(brig("init", "www", "--from", "../nginx")).isEqualTo(100);
    assertThat(told()).contains("there is no recipe \"../nginx\". There are: ").contains("apache");
    assertThat(home.resolve("etc")).doesNotExist();
  }

  @Test
  void anUnknownProgramChangesNothing() {
    assertThat(brig("init", "www", "--", "no-such-program")).isEqualTo(100);
    assertThat(told())
        .isEqualTo(
            "brig: there is no program \"no-such-program\" in"
                + " /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin."
                + " Write its full path.\n");
    assertThat(brig("init", "www", "--", "/etc/passwd")).isEqualTo(100);
    assertThat(told()).contains("/etc/passwd is not a program.");
    assertThat(home.resolve("etc")).doesNotExist();
  }

  @Test
  void aNameThatIsNoneIsRefused() {
    assertThat(brig("init", "Www", "--from", "nginx")).isEqualTo(100);
    assertThat(told()).startsWith("brig: \"Www\" is no name for a jail. Use at most 63 of a-z");
  }

  @Test
  void aPathSaysWhereTheJailfileGoes() {
    Path file = home.resolve("sub/site.toml");
    assertThat(brig("init", file.toString(), "--from", "nginx")).as(told()).isZero();
    assertThat(file).exists();
    assertThat(home.resolve("etc")).doesNotExist();
  }

  @Test
  void withoutNameOrBeginningItSaysWhatItWants() {
    assertThat(brig("init")).isEqualTo(100);
    assertThat(brig("init", "www")).isEqualTo(100);
    assertThat(brig("init", "www", "--from", "nginx", "--", "sleep")).isEqualTo(100);
    assertThat(told())
        .contains("brig init wants a name, and either --from RECIPE or -- COMMAND.")
        .doesNotContain("\tat ");
  }

  @Test
  void theListHasEachRecipeWithItsDescription() {
    assertThat(brig("init", "--list")).as(told()).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("apache            Apache with CGI\n", "nginx             nginx, static sites\n")
        .contains("hole-budget-serve Budget reports under brig serve, by a program outside");
  }

  @Test
  void aDirectoryThatCannotBeMadeIsTold() throws IOException {
    Files.writeString(home.resolve("etc"), "a file stands in the way");
    assertThat(brig("init", "www", "--from", "nginx")).isEqualTo(111);
    assertThat(told()).contains("ENOTDIR");
  }

  @Test
  void readingByNameOrByPathFindsTheSameJail() throws Exception {
    assertThat(brig("init", "www", "--from", "nginx")).isZero();
    JailSpec byName = Jailfiles.read("www", context().paths());
    JailSpec byPath = Jailfiles.read(jailfile("www").toString(), context().paths());
    assertThat(byName.name()).isEqualTo("www");
    assertThat(byPath.name()).isEqualTo("www");
    assertThat(byName.files().include())
        .extracting(Located::value)
        .isEqualTo(byPath.files().include().stream().map(Located::value).toList());
  }

  @Test
  void aJailThatIsNotThereIsTold() {
    assertThatThrownBy(() -> Jailfiles.read("none", context().paths()))
        .isInstanceOf(BrigException.class)
        .hasMessageStartingWith("there is no jail \"none\": cannot read " + jailfile("none"))
        .hasMessageEndingWith("'brig init none -- COMMAND...' writes one.");
    assertThatThrownBy(() -> Jailfiles.read("Not A Name", context().paths()))
        .hasMessageStartingWith("\"Not A Name\" is no name for a jail.");
    assertThatThrownBy(() -> Jailfiles.read("/dev/null.toml", context().paths()))
        .hasMessageStartingWith("cannot read the jailfile /dev/null.toml: ENOENT");
    assertThatThrownBy(() -> Jailfiles.read("/dev/null", context().paths()))
        .hasMessage("the jailfile /dev/null is not a file. Name a TOML file.");
  }

  @Test
  void planTellsTheHintsOfAJailfile() throws IOException {
    Path file = home.resolve("nap.toml");
    Files.writeString(
        file, "command = [\"/bin/sleep\", \"9\"]\nuser = \"nobody\"\nnetwork.listen = [80]\n");
    assertThat(brig("plan", file.toString())).as(told()).isZero();
    assertThat(told())
        .startsWith("brig: hint: port 80 needs a privilege that the service does not have.");
  }
}
