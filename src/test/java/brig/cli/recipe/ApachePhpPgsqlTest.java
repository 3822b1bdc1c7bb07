package brig.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Apache with PHP and PostgreSQL by its recipe and its page, in all four modes, with the database
 * outside; started as at boot; and after a run that ended without clearing up.
 */
@Tag("service")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApachePhpPgsqlTest {
  private static final String PSQL = "/usr/lib/postgresql/15/bin/psql";
  private static final String LIBPQ = "/usr/lib/x86_64-linux-gnu/libpq.so.5";

  private Installation machine;
  private Backends backends;
  private Path home;

  @BeforeAll
  void start() throws Exception {
    machine = new Installation();
    backends = new Backends(machine);
    home = machine.home();
    backends.postgresql();
    backends.file("www/html/page.html", "rw-r--r--", "a page\n");
    backends.file("www/html/db.php", "rw-r--r--", SCRIPT);
    backends.directory("log");
    backends.file("apache2.conf", "rw-r--r--", CONFIGURATION);
    backends.file(
        "self.conf",
        "rw-r--r--",
        Recipe.with(
                CONFIGURATION,
                "DocumentRoot /var/www/html\n",
                "<VirtualHost *:80>\nDocumentRoot /html\n</VirtualHost>\n")
            + "ChrootDir "
            + home
            + "/www\n");
    backends.file(
        "late/apache2.conf",
        "rw-r--r--",
        Recipe.with(
            CONFIGURATION, "DocumentRoot /var/www/html", "DocumentRoot " + home + "/www/html"));
    backends.file(
        "late/envvars",
        "rw-r--r--",
        """
        export APACHE_RUN_USER=www-data APACHE_RUN_GROUP=www-data LANG=C
        export APACHE_RUN_DIR=HOME/run APACHE_LOCK_DIR=HOME/lock APACHE_LOG_DIR=HOME/log
        export APACHE_PID_FILE=HOME/run/apache2.pid
        """
            .replace("HOME", home.toString()));
    backends.directory("run");
    machine.jailfile("copy", recipe());
    machine.jailfile("bind", "mode = \"bind\"\n" + recipe());
    machine.jailfile("late", late());
    machine.jailfile("self", self());
  }

  @AfterAll
  void endAll() throws Exception {
    try {
      machine.close();
    } finally {
      backends.close();
    }
  }

  private String recipe() throws Exception {
    String text = Files.readString(Path.of("recipes/apache-php-pgsql.toml"));
    text = Recipe.with(text, "after = [\"postgresql\"]\n", "");
    text = Recipe.with(text, "\"postgresql:/run/postgresql\"", "\"HOME/db\"");
    text = Recipe.with(text, "  \"/etc/apache2\", #", "  #");
    text = Recipe.with(text, "  \"/var/www\",\n", "");
    return Recipe.with(
            text,
            "\n[files]\n",
            "\n[files]\nmap = { \"/etc/apache2/apache2.conf\" = \"HOME/apache2.conf\","
                + " \"/var/www/html\" = \"HOME/www/html\" }\n")
        .replace("HOME", home.toString());
  }

  /** A block of the recipe's page, with the test's own places. */
  private String page(String heading) throws Exception {
    String text = Files.readString(Path.of("docs/recipes/apache-php-pgsql.md"));
    String fence = "```toml\n";
    int from = text.indexOf(fence, text.indexOf("## " + heading)) + fence.length();
    return Recipe.with(
        text.substring(from, text.indexOf("```", from)),
        "\"/run/postgresql\" = \"/run/postgresql\"",
        "\"/run/postgresql\" = \"" + home + "/db\"");
  }

  private String late() throws Exception {
    String text = Recipe.with(page("Mode late"), "\"/var/www/html\"", "\"" + home + "/www/html\"");
    String at = "APACHE_CONFDIR = \"" + home + "/late\"\n";
    return Recipe.with(text, "[environment]\n", "[environment]\n" + at);
  }

  private String self() throws Exception {
    String text = Recipe.with(page("Mode self"), "\"/var/www\"", "\"" + home + "/www\"");
    text = Recipe.with(text, "\"/var/log/apache2\"", "\"" + home + "/log\"");
    return Recipe.with(text, "DFOREGROUND\"", "DFOREGROUND\", \"-f\", \"" + home + "/self.conf\"");
  }

  /** What a client gets, but for the time of the day. */
  private List<String> answers() throws Exception {
    List<String> answers = new ArrayList<>();
    for (String request :
        List.of("page.html", "db.php", "db.php?fail", "absent", "db.php?long", "../etc/passwd")) {
      answers.add(
          backends
              .run("curl", "-sS", "-i", "--path-as-is", "http://127.0.0.1/" + request)
              .replaceFirst("Date: [^\r]*\r\n", ""));
    }
    answers.add(
        backends
            .run("curl", "-sS", "-i", "-d", "field=value", "http://127.0.0.1/db.php")
            .replaceFirst("Date: [^\r]*\r\n", ""));
    return answers;
  }

  /** The file as a process sees it; null: it has none. */
  private static @Nullable Stat libpq(int pid) throws Exception {
    Stat seen = Stat.of("/proc/" + pid + "/root" + LIBPQ);
    // A program's libraries are mounted where the loader finds them: /lib is a link on the host.
    return seen != null ? seen : Stat.of("/proc/" + pid + "/root" + LIBPQ.substring(4));
  }

  private ProcessStatus worker(RunState state) throws Exception {
    for (ProcessStatus process : Running.members(state)) {
      if (process.uid() == 33) {
        return process;
      }
    }
    throw new AssertionError("no worker");
  }

  @Test
  void allModesGiveTheSameAnswersAndPsqlWorksFromInside() throws Exception {
    Map<String, List<String>> answers = new LinkedHashMap<>();
    Stat host = Stat.of(LIBPQ);
    assertThat(host).isNotNull();
    for (String mode : List.of("copy", "bind", "late", "self")) {
      RunState state = machine.startService(mode);
      answers.put(mode, answers());
      assertThat(answers.get(mode).get(1)).endsWith("42 33 CEST ");
      Installation.Result inside =
          machine.brig(
              "shell",
              mode,
              "--",
              PSQL,
              "-h",
              "/run/postgresql",
              "-U",
              "postgres",
              "-Atc",
              "select 1 + 1");
      assertThat(inside.output()).as(mode).isEqualTo("2\n");
      int worker = worker(state).pid();
      Stat seen = libpq(worker);
      assertThat(seen).as(mode).isNotNull();
      boolean hosts = seen.inode() == host.inode() && seen.device() == host.device();
      assertThat(hosts).as("the host's own libpq in mode %s", mode).isEqualTo(!mode.equals("copy"));
      if (mode.equals("late") || mode.equals("self")) {
        assertThat(Files.readString(Path.of("/proc/" + state.pid() + "/environ")))
            .contains("LD_PRELOAD=" + LIBPQ);
        assertThat(Files.readString(Path.of("/proc/" + worker + "/maps"))).contains("/libpq.so.5");
      }
      assertThat(machine.brig("stop", mode).output()).startsWith(mode + ": stopped by SIGTERM");
      assertThat(Running.members(state)).isEmpty();
    }
    for (String mode : List.of("bind", "late", "self")) {
      assertThat(answers.get(mode)).as(mode).isEqualTo(answers.get("copy"));
    }
  }

  @Test
  void libpqIsPreloadedWhereTheJailHasNoFileOfIt() throws Exception {
    machine.jailfile("late", Recipe.with(late(), "programs = [\"" + PSQL + "\"]", ""));
    RunState state = machine.startService("late");
    assertThat(libpq(worker(state).pid())).isNull();
    assertThat(answers().get(1)).endsWith("42 33 CEST ");
    assertThat(machine.brig("stop", "late").status()).isZero();
  }

  @Test
  void locksOfARunThatWasKilledAreGoneAtTheNext() throws Exception {
    RunState state = machine.startService("copy");
    Path inside = Path.of("/proc/" + state.pid() + "/root/run");
    Backends.await("its pid file", () -> Files.exists(inside.resolve("apache2/apache2.pid")));
    Files.writeString(inside.resolve("lock/apache2/ssl_mutex.4711"), "");
    Files.writeString(inside.resolve("apache2/accept.lock.4711"), "");
    backends.run("kill", "-KILL", String.valueOf(state.pid()));
    Backends.await("its end", () -> Running.members(state).isEmpty());

    RunState again = machine.startService("copy");
    Path fresh = Path.of("/proc/" + again.pid() + "/root/run");
    Backends.await("its pid file", () -> Files.exists(fresh.resolve("apache2/apache2.pid")));
    assertThat(fresh.resolve("apache2").toFile().list()).containsExactly("apache2.pid");
    assertThat(fresh.resolve("lock/apache2").toFile().list()).doesNotContain("ssl_mutex.4711");
    assertThat(answers().get(1)).endsWith("42 33 CEST ");
    assertThat(machine.brig("stop", "copy").status()).isZero();
  }

  @Test
  void theInitScriptStartsItAtBootAndTheUnitIsSound() throws Exception {
    Path brig = home.resolve("brig");
    Files.writeString(
        brig,
        "#!/bin/sh\nexport BRIG_HOME='"
            + home
            + "'\nexec '"
            + String.join("' '", Installation.commandLine())
            + "' \"$@\"\n");
    Files.setPosixFilePermissions(brig, PosixFilePermissions.fromString("rwxr-xr-x"));
    backends.directory("init.d");
    assertThat(machine.brig("unit", "--init", "--write", home + "/init.d", "copy").status())
        .isZero();
    Path script = home.resolve("init.d/brig-copy");
    String text = Files.readString(script);
    Files.writeString(script, text.replaceFirst("\nbrig='[^']*'", "\nbrig='" + brig + "'"));

    // As init does it: with an empty environment.
    List<String> boot = List.of("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", script + "");
    for (String word : List.of("start", "status")) {
      List<String> command = new ArrayList<>(boot);
      command.add(word);
      Installation.Result result = machine.run(command);
      assertThat(result.status()).as("%s: %s", word, result.output()).isZero();
    }
    assertThat(answers().get(1)).endsWith("42 33 CEST ");
    List<String> stop = new ArrayList<>(boot);
    stop.add("stop");
    assertThat(machine.run(stop).status()).isZero();

    Path units = backends.directory("units");
    assertThat(machine.brig("unit", "--write", units.toString(), "copy").status()).isZero();
    assertThat(backends.run("systemd-analyze", "verify", units + "/brig-copy.service")).isEmpty();
    assertThat(Files.readString(units.resolve("brig-copy.service")))
        .contains("BindReadOnlyPaths=-" + home + "/db:/run/postgresql\n")
        .contains("TemporaryFileSystem=/run/apache2:");
  }

  private static final String SCRIPT =
      """
      <?php
      date_default_timezone_set('Europe/Zurich');
      $db = pg_connect('host=/run/postgresql user=postgres dbname=postgres');
      if (isset($_GET['fail'])) {
        echo @pg_query($db, 'select absent') ? 'found' : pg_last_error($db);
      } elseif (isset($_GET['long'])) {
        $rows = pg_fetch_all_columns(pg_query($db, 'select repeat(n::text, 100) from generate_series(1, 2000) n'));
        echo implode("\\n", $rows);
      } else {
        echo pg_fetch_result(pg_query($db, 'select 6 * 7'), 0), ' ', posix_getuid(), ' ',
          date('T', 1782907200), ' ', $_POST['field'] ?? '';
      }
      """;

  private static final String CONFIGURATION =
      """
      ServerName localhost
      Listen 127.0.0.1:80
      PidFile ${APACHE_PID_FILE}
      DefaultRuntimeDir ${APACHE_RUN_DIR}
      Mutex file:${APACHE_LOCK_DIR} default
      ErrorLog ${APACHE_LOG_DIR}/error.log
      User ${APACHE_RUN_USER}
      Group ${APACHE_RUN_GROUP}
      LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
      LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
      LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
      LoadModule php_module /usr/lib/apache2/modules/libphp8.2.so
      StartServers 2
      TypesConfig /etc/mime.types
      DocumentRoot /var/www/html
      <FilesMatch "\\.php$">
        SetHandler application/x-httpd-php
      </FilesMatch>
      """;
}
