package brig.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.launch.service.Caveats;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.Fd;
import brig.linux.ProcessStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Debian's Apache with PHP, configuration and all, by the recipe apache-late, and beside it the
 * same with nothing in its jail but the site: each thing that a chroot is known to break is seen
 * broken there, in words that brig explain knows, and mended here.
 */
@Tag("service")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ApacheLateTest {
  private static final int LATE = 80;
  private static final int BARE = 81;
  private static final int WWW_DATA = 33;

  private Installation machine;
  private Backends backends;
  private Path home;
  private Path site;
  private RunState late;

  @BeforeAll
  void start() throws Exception {
    machine = new Installation();
    backends = new Backends(machine);
    home = machine.home();
    site = backends.directory("site");
    backends.file("site/t.php", "rw-r--r--", SCRIPT.replace("SITE", site.toString()));
    backends.file("site/index.html", "rw-r--r--", "the site itself\n");
    backends.run("cp", "/bin/busybox", site + "/busybox"); // a static program of the site's own
    backends.run("chown", "www-data:", backends.directory("sessions").toString());
    backends.run("chown", "www-data:", backends.directory("dump").toString());
    backends.directory("nscd");
    backends.file("resolv.conf", "rw-r--r--", "nameserver 127.0.0.2\n");
    backends.postgresql();
    backends.https("secure.test");
    backends.dns("127.0.0.2", "secure.test", "127.0.0.1");
    backends.smarthost();

    configure("late", LATE);
    Files.writeString(
        home.resolve("late/conf-enabled/dump.conf"), "CoreDumpDirectory " + home + "/dump\n");
    machine.jailfile("late", recipe());
    late = machine.startService("late");
    configure("bare", BARE);
    machine.jailfile(
        "bare",
        """
        mode = "late"
        same_paths = true
        root = "SITE"
        command = ["/usr/sbin/apache2ctl", "start"]
        user = "www-data"
        [environment]
        APACHE_STARTED_BY_SYSTEMD = "true"
        APACHE_CONFDIR = "HOME/bare"
        [network]
        connect = [443]
        """
            .replace("SITE", site.toString())
            .replace("HOME", home.toString()));
    machine.startService("bare");
  }

  @AfterAll
  void endAll() throws Exception {
    try {
      machine.close();
    } finally {
      backends.close();
    }
  }

  /** The recipe, with the test's own places and servers, and what stands in it as a comment. */
  private String recipe() throws Exception {
    String text = Files.readString(Path.of("recipes/apache-late.toml"));
    text = Recipe.with(text, "root = \"/var/www/html\"", "root = \"" + site + "\"");
    text = Recipe.with(text, "\"/etc/resolv.conf\",", "");
    text = Recipe.with(text, "\"/etc/ssl/certs/ca-certificates.crt\",", "");
    text = Recipe.with(text, "\"/usr/lib/ssl/cert.pem\",", "");
    text = Recipe.with(text, "\"/var/lib/php/sessions\"", "\"HOME/sessions\", \"HOME/dump\"");
    text = Recipe.with(text, "[limits]\n", "[limits]\ncore = \"unlimited\"\n");
    text = Recipe.with(text, "# programs = ", "programs = ");
    text =
        Recipe.with(
            text,
            "# map = { \"/bin/sh\" = \"/bin/busybox\" }",
            "map = { \"/bin/sh\" = \"/bin/busybox\", \"/etc/resolv.conf\" = \"HOME/resolv.conf\","
                + " \"/etc/ssl/certs/ca-certificates.crt\" = \"HOME/tls/authority.crt\","
                + " \"/usr/lib/ssl/cert.pem\" = \"HOME/tls/authority.crt\" }");
    text =
        Recipe.with(
            text,
            "# [sockets]\n# \"/run/postgresql\" = \"/run/postgresql\"",
            "[sockets]\n\"/run/postgresql\" = \"HOME/db\"\n\"/var/run/nscd\" = \"HOME/nscd\"");
    text = Recipe.with(text, "[environment]\n", "[environment]\nAPACHE_CONFDIR = \"HOME/late\"\n");
    text = Recipe.with(text, "[53, 80, 443]", "[53, 80, 443, 25, 5432]");
    return text.replace("HOME", home.toString());
  }

  /** Debian's own configuration, but for its places and its port. */
  private void configure(String name, int port) throws Exception {
    Path at = home.resolve(name);
    backends.run("cp", "-a", "/etc/apache2", at.toString());
    backends.directory(name + "-log");
    backends.file(name + "-run/apache2.pid", "rw-r--r--", "4194304\n"); // of an earlier run
    backends.file(name + "-run/ssl_scache", "rw-r--r--", "");
    append(
        at.resolve("envvars"),
        """
        export APACHE_RUN_DIR=HOME/NAME-run
        export APACHE_PID_FILE=HOME/NAME-run/apache2.pid
        export APACHE_LOCK_DIR=HOME/NAME-lock
        export APACHE_LOG_DIR=HOME/NAME-log
        """
            .replace("HOME", home.toString())
            .replace("NAME", name));
    Files.writeString(at.resolve("ports.conf"), "Listen 127.0.0.1:" + port + "\n");
    Path virtual = at.resolve("sites-enabled/000-default.conf");
    String text = Recipe.with(Files.readString(virtual), "/var/www/html", site.toString());
    Files.writeString(virtual, Recipe.with(text, "*:80", "*:" + port));
    Files.writeString(
        at.resolve("conf-enabled/test.conf"),
        """
        ServerName localhost
        StartServers 2
        MaxSpareServers 3
        php_admin_flag display_errors on
        php_admin_flag html_errors off
        php_admin_value session.save_path HOME/sessions
        php_admin_value sendmail_path "/usr/bin/msmtp -t --host=127.0.0.1 --from=www@example.test"
        <Directory SITE>
          Require all granted
        </Directory>
        """
            .replace("HOME", home.toString())
            .replace("SITE", site.toString()));
  }

  private static void append(Path file, String text) throws Exception {
    Files.writeString(file, Files.readString(file) + text);
  }

  private String get(int port, String path) throws Exception {
    String url = "http://127.0.0.1:" + port + "/" + path;
    return machine.run(List.of("curl", "-sS", "--max-time", "30", url)).output();
  }

  private String ask(int port, String what) throws Exception {
    return get(port, "t.php?do=" + what);
  }

  /** What the site says where nothing else is in its jail, which brig explain knows. */
  private void assertBroken(String what, String message, String page) throws Exception {
    String said = ask(BARE, what);
    assertThat(said).as(what).contains(message);
    assertThat(Caveats.pagesFor(said)).as(said).contains(page);
  }

  private List<ProcessStatus> workers() throws Exception {
    List<ProcessStatus> workers = new ArrayList<>();
    for (ProcessStatus process : Running.members(late)) {
      if (process.uid() == WWW_DATA) {
        workers.add(process);
      }
    }
    assertThat(workers).isNotEmpty();
    return workers;
  }

  private void signal(String name) throws Exception {
    backends.run("kill", "-" + name, String.valueOf(late.pid()));
  }

  @Test
  void theSiteKeepsItsPathsAndIsAllThatThereIs() throws Exception {
    assertThat(get(BARE, "")).isEqualTo("the site itself\n");
    assertThat(get(LATE, "")).isEqualTo("the site itself\n");
    String top = site.toString().substring(1).replaceFirst("/.*", "");
    assertThat(ask(BARE, "look")).isEqualTo("uid 33, " + site + "/t.php, / holds mnt " + top);
    assertThat(ask(LATE, "look"))
        .isEqualTo("uid 33, " + site + "/t.php, / holds bin etc lib lib64 mnt run tmp usr var");
    for (ProcessStatus worker : workers()) {
      assertThat(Fd.readLink("/proc/" + worker.pid() + "/root"))
          .isEqualTo(machine.paths().emptyRoot("late"));
      assertThat(worker.capabilities()).isZero();
    }
    assertThat(Fd.readLink("/proc/" + late.pid() + "/root")).as("the master").isEqualTo("/");
  }

  @Test
  void whatAnEarlierRunLeftBehindWasCleared() {
    assertThat(home.resolve("late-run/apache2.pid")).hasContent(late.pid() + "\n");
    assertThat(home.resolve("late-run/ssl_scache")).doesNotExist();
  }

  @Test
  void pidFileLockAndLogsStayOutside() throws Exception {
    assertThat(home.resolve("late-run/apache2.pid")).hasContent(late.pid() + "\n");
    assertThat(home.resolve("late-log/error.log")).exists();
    assertThat(ask(LATE, "outside")).isEqualTo("nothing");
  }

  @Test
  void librariesThatWereLoadedBeforeServeWithoutAFileOfThem() throws Exception {
    Path maps = Path.of("/proc/" + workers().getFirst().pid() + "/maps");
    assertThat(Files.readString(maps)).contains("/libpq.so.5", "/libgcc_s.so.1", "/pgsql.so");
    assertThat(ask(BARE, "loaded")).isEqualTo("pgsql, no file of it");
  }

  @Test
  void timeZonesThatAreNamed() throws Exception {
    assertBroken("zone", "Timezone database is corrupt", "time-zones");
    assertThat(ask(BARE, "date")).contains("Empty reply from server");
    Path log = home.resolve("bare-log/error.log");
    Backends.await("the crash in " + log, () -> Files.readString(log).contains("exit signal"));
    String crash =
        Files.readString(log).lines().filter(line -> line.contains("exit signal")).toList().get(0);
    assertThat(Caveats.pagesFor(crash)).as(crash).containsExactly("time-zones");
    Installation.Result told = machine.brig("explain", crash);
    assertThat(told.output()).startsWith("# Time zones in a jail\n");

    assertThat(ask(LATE, "zone")).isEqualTo("2026-07-01T14:00:00+02:00 CEST");
    assertThat(ask(LATE, "date")).isEqualTo("CEST");
  }

  @Test
  void lookUpsOfNames() throws Exception {
    assertBroken("dns", "Temporary failure in name resolution", "dns");
    assertThat(ask(LATE, "dns")).isEqualTo("127.0.0.1");
    // Without /etc/resolv.conf the resolver asks a server on 127.0.0.1.
    backends.dns("127.0.0.1", "secure.test", "127.0.0.9");
    assertThat(ask(BARE, "dns")).isEqualTo("127.0.0.9");
  }

  @Test
  void lookUpsThroughNscdByItsSocketAlone() throws Exception {
    assertThat(ask(LATE, "cached")).as("nobody else knows the name").isEqualTo("cached.test");
    try (Backends cache = new Backends(machine)) {
      cache.nscd("cached.test", "192.0.2.77");
      // The C library asks it again after a hundred look-ups without it.
      Backends.await("its answer", () -> ask(LATE, "cached").equals("192.0.2.77"));
      assertThat(ask(BARE, "cached")).isEqualTo("cached.test");
    }
  }

  @Test
  void aCoreGoesToTheDirectoryThatHasOnePathOnBothSides() throws Exception {
    backends.run("kill", "-ABRT", String.valueOf(workers().getFirst().pid()));
    Path log = home.resolve("late-log/error.log");
    String message = "possible coredump in " + home + "/dump";
    Backends.await("the word of it", () -> Files.readString(log).contains(message));
    assertThat(Caveats.pagesFor(message)).containsExactly("core-dumps");
    // A path or a program of the host's takes it elsewhere: core(5).
    if (Files.readString(Path.of("/proc/sys/kernel/core_pattern")).matches("[^/|]+\n")) {
      Backends.await("the core", () -> home.resolve("dump").toFile().list().length > 0);
    }
    Path missing = home.resolve("late/conf-enabled/missing.conf");
    Files.writeString(missing, "CoreDumpDirectory " + home + "/absent\n");
    Installation.Result tested =
        machine.run(
            List.of(
                "env", "APACHE_CONFDIR=" + home + "/late", "/usr/sbin/apache2ctl", "configtest"));
    Files.delete(missing);
    assertThat(tested.output()).contains("CoreDumpDirectory");
    assertThat(Caveats.pagesFor(tested.output())).containsExactly("core-dumps");
  }

  @Test
  void curlAndStreamsWithCertificates() throws Exception {
    assertBroken("curl", "error setting certificate", "certificates");
    assertThat(ask(LATE, "curl")).isEqualTo("200");
    assertBroken("stream", "certificate verify failed", "certificates");
    assertThat(ask(LATE, "stream")).isEqualTo("200");
  }

  @Test
  void theDatabaseByItsSocketAndByLoopback() throws Exception {
    assertBroken("socket", "connection to server on socket", "sockets");
    assertThat(ask(LATE, "socket")).isEqualTo("42");
    assertBroken("tcp", "Permission denied", "ports"); // 5432 is not in its 'connect'
    assertThat(ask(LATE, "tcp")).isEqualTo("42");
  }

  @Test
  void mailThroughASmarthost() throws Exception {
    assertBroken("mail", "Could not execute mail delivery program", "mail");
    assertThat(ask(LATE, "mail")).isEqualTo("sent");
    assertThat(backends.letter())
        .content()
        .contains("MAIL FROM:<www@example.test>")
        .contains("RCPT TO:<you@example.test>")
        .contains("Subject: from the jail")
        .contains("a letter");
  }

  @Test
  void programsWithAndWithoutAShell() throws Exception {
    assertBroken("exec", "Unable to fork", "shell");
    assertThat(ask(LATE, "exec")).isEqualTo("33, status 0");
    // A list of arguments needs no shell; the program is static, and the site's own.
    assertThat(ask(BARE, "list")).isEqualTo("33 a b");
    assertThat(ask(LATE, "list")).isEqualTo("33 a b");
  }

  @Test
  void characterSetsAndLocales() throws Exception {
    assertBroken("iconv", "is not allowed", "iconv");
    assertThat(ask(LATE, "iconv")).isEqualTo("e4");
    assertThat(ask(BARE, "locale")).isEqualTo("none");
    assertThat(ask(LATE, "locale")).isEqualTo("C.UTF-8");
  }

  @Test
  void sessionsAndUploads() throws Exception {
    assertBroken("session", "Failed to read session data", "read-only");
    assertThat(ask(LATE, "session")).isEqualTo("kept");
    Path letter = backends.file("upload", "rw-r--r--", "uploaded");
    String url = "http://127.0.0.1:" + LATE + "/t.php?do=upload";
    assertThat(backends.run("curl", "-sS", "-F", "file=@" + letter, url)).isEqualTo("uploaded");
  }

  @Test
  void reloadAndGracefulTakeTheNewConfigurationAndJailTheNextWorkers() throws Exception {
    assertThat(get(LATE, "absent")).contains("404 Not Found");
    for (String word : List.of("reload", "graceful")) {
      List<Integer> before = workers().stream().map(ProcessStatus::pid).toList();
      Files.writeString(
          home.resolve("late/conf-enabled/word.conf"), "ErrorDocument 404 \"" + word + "\"\n");
      signal(word.equals("reload") ? "HUP" : "USR1");
      Backends.await(word, () -> get(LATE, "absent").equals(word));
      Backends.await(
          "new workers",
          () -> workers().stream().noneMatch(process -> before.contains(process.pid())));
      assertThat(ask(LATE, "look")).startsWith("uid 33, " + site + "/t.php, / holds bin etc ");
      assertThat(ask(LATE, "socket")).isEqualTo("42");
    }
  }

  @Test
  void logsAreRotatedAsDebianDoesIt() throws Exception {
    Path log = home.resolve("late-log/access.log");
    Files.move(log, home.resolve("late-log/access.log.1"));
    signal("USR1");
    Backends.await("a new log", () -> Files.exists(log));
    Backends.await(
        "a request in it",
        () -> {
          get(LATE, "?after-the-rotation");
          return Files.readString(log).contains("after-the-rotation");
        });
  }

  @Test
  @Order(Integer.MAX_VALUE - 1)
  void nothingHighIsFoundAndNoWayOutIsOpen() throws Exception {
    Installation.Result audited = machine.brig("audit", "--fail-on", "high", "late");
    assertThat(audited.status()).as(audited.output()).isZero();
    Installation.Result tried = machine.brig("breakout", "late");
    assertThat(tried.output()).contains("32 held, 0 escaped");
    assertThat(tried.status()).isZero();
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void stoppedItLeavesNothing() throws Exception {
    assertThat(machine.brig("stop", "late").output()).startsWith("late: stopped by SIGTERM");
    assertThat(Running.members(late)).isEmpty();
    assertThat(Path.of(machine.paths().state("late"))).doesNotExist();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(home + "/");
  }

  private static final String SCRIPT =
      """
      <?php
      header('Content-Type: text/plain');
      function query($where) {
        $db = pg_connect("$where user=postgres dbname=postgres");
        if ($db) echo pg_fetch_result(pg_query($db, 'select 6 * 7'), 0);
      }
      switch ($_GET['do']) {
        case 'look':
          $names = array_diff(scandir('/'), ['.', '..']);
          echo 'uid ', posix_getuid(), ', ', __FILE__, ', / holds ', implode(' ', $names);
          break;
        case 'outside':
          foreach (['late-run', 'late-log', 'late-lock', 'late'] as $name)
            if (file_exists(dirname('SITE') . "/$name")) echo "$name ";
          echo 'nothing';
          break;
        case 'loaded':
          echo extension_loaded('pgsql') ? 'pgsql' : 'none', ', ',
            file_exists('/usr') || file_exists('/lib') ? 'a file of it' : 'no file of it';
          break;
        case 'zone':
          $time = new DateTime('2026-07-01 12:00 UTC');
          echo $time->setTimezone(new DateTimeZone('Europe/Zurich'))->format('c T');
          break;
        case 'date':
          date_default_timezone_set('Europe/Zurich');
          echo date('T', 1782907200);
          break;
        case 'dns':
          $address = gethostbyname('secure.test');
          if ($address == 'secure.test') fsockopen('tcp://secure.test', 443);
          else echo $address;
          break;
        case 'cached': echo gethostbyname('cached.test'); break;
        case 'curl':
          $curl = curl_init('https://secure.test/');
          curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true]);
          if (!file_exists('/etc')) curl_setopt($curl, CURLOPT_RESOLVE, ['secure.test:443:127.0.0.1']);
          curl_exec($curl);
          echo curl_error($curl) ?: curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
          break;
        case 'stream':
          $context = stream_context_create(['ssl' => ['peer_name' => 'secure.test']]);
          $page = file_get_contents('https://127.0.0.1/', false, $context);
          if ($page) echo explode(' ', $http_response_header[0])[1];
          break;
        case 'socket': query('host=/run/postgresql'); break;
        case 'tcp': query('host=127.0.0.1'); break;
        case 'mail':
          if (mail('you@example.test', 'from the jail', 'a letter')) echo 'sent';
          break;
        case 'exec':
          exec('busybox id -u', $lines, $status);
          echo implode(' ', $lines), ", status $status";
          break;
        case 'list':
          $program = proc_open(['SITE/busybox', 'sh', '-c', 'echo $UID $1 $2', 'x', 'a', 'b'],
            [1 => ['pipe', 'w']], $pipes, '/', ['UID' => posix_getuid()]);
          echo trim(stream_get_contents($pipes[1]));
          break;
        case 'iconv': echo bin2hex(iconv('UTF-8', 'CP1252', "\\u{e4}")); break;
        case 'locale': echo setlocale(LC_ALL, 'C.UTF-8') ?: 'none'; break;
        case 'session':
          session_start();
          $_SESSION['word'] = 'kept';
          session_write_close();
          session_start();
          echo $_SESSION['word'];
          break;
        case 'upload': echo file_get_contents($_FILES['file']['tmp_name']); break;
      }
      """;
}
