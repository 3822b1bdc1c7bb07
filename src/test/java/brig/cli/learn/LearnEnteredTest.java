package brig.cli.learn;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What daemons of the host's want after they went into their jails is found by tracing past the
 * chroot, unattended: nothing is named but the command, the user and the site.
 */
@Tag("service")
class LearnEnteredTest {
  /** Needs a time zone, an encoding and name resolution, each by a name that is put together. */
  private static final String PHP =
      """
      <?php
      $now = new DateTime("2026-01-01", new DateTimeZone("Europe/" . "Zurich"));
      $text = iconv("UTF-8", "CP" . "1252", "\\u{e9}");
      $address = gethostbyname("local" . "host");
      if (strlen($text) != 1 || $address != "127.0.0.1") { http_response_code(500); }
      echo "answer ", $now->format("c e"), " ", strlen($text), " ", $address, "\\n";
      """;

  private static final String ANSWER = "answer 2026-01-01T00:00:00+01:00 Europe/Zurich 1 127.0.0.1";

  private Installation machine;
  private Path site;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    site = directory("site");
    directory("out");
  }

  @AfterEach
  void endAll() throws Exception {
    machine.close();
  }

  private Path directory(String name) throws IOException {
    Path directory = Files.createDirectories(machine.home().resolve(name));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    return directory;
  }

  private Path file(String name, String text) throws IOException {
    Path file = machine.home().resolve(name);
    for (Path above = file.getParent(); !Files.exists(above); above = above.getParent()) {
      directory(machine.home().relativize(above).toString());
    }
    Files.writeString(file, text.replace("HOME", machine.home().toString()));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return file;
  }

  private void jailfile(String name, String mode, String user, String command, String... more)
      throws IOException {
    machine.jailfile(
        name,
        "root = \""
            + site
            + "\"\nuser = \""
            + user
            + "\"\nmode = "
            + mode
            + "\ncommand = ["
            + (command + "]\n" + String.join("", more)).replace("HOME", machine.home().toString()));
  }

  private String lock(String name) throws IOException {
    return Files.readString(Path.of(machine.paths().etc(), name + ".lock.toml"));
  }

  private Result learn(String name, String probe) throws Exception {
    Result learned = machine.brig("learn", name, "--probe", probe);
    assertThat(learned.status()).as(learned.output()).isZero();
    assertThat(learned.output()).contains(name + ": does what was asked of it, in its jail, after");
    return learned;
  }

  private void assertASecondLearnAddsNothing(String name, String probe) throws Exception {
    String before = withoutCalls(name);
    Result again = machine.brig("learn", name, "--probe", probe);
    assertThat(again.output()).contains("after 1 round", "Nothing was added");
    assertThat(withoutCalls(name)).isEqualTo(before);
  }

  /** A call that comes by the moment alone may be a second run's. */
  private String withoutCalls(String name) throws IOException {
    return lock(name).replaceAll("(?s)calls = \\[.*?\\]", "");
  }

  private void apache(String more) throws IOException {
    file(
        "out/apache.conf",
        """
        ServerRoot HOME/out
        PidFile HOME/out/apache.pid
        DefaultRuntimeDir HOME/out
        ErrorLog HOME/out/error.log
        ServerName localhost
        User www-data
        Group www-data
        Listen 127.0.0.1:80
        LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
        LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
        LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
        LoadModule php_module /usr/lib/apache2/modules/libphp8.2.so
        TypesConfig /etc/mime.types
        AddHandler application/x-httpd-php .php
        StartServers 2
        DocumentRoot ROOT
        """
            .replace("ROOT", more));
    file("site/a.php", PHP);
  }

  @Test
  void case5_apacheWithPhpInALateJailGetsZonesEncodingsAndNames() throws Exception {
    apache(site.toString());
    jailfile(
        "php",
        "\"late\"\nsame_paths = true",
        "www-data",
        "\"/usr/sbin/apache2\", \"-DFOREGROUND\", \"-f\", \"HOME/out/apache.conf\"");
    Result learned = learn("php", "http://127.0.0.1/a.php");
    assertThat(learned.output())
        .contains("/usr/share/zoneinfo/Europe/Zurich  asked for by /usr/sbin/apache2")
        .contains("/gconv/CP1252.so, preloaded  asked for by /usr/sbin/apache2")
        .contains("/etc/hosts  asked for by")
        .containsPattern("  LoadFile /usr/lib/.*/gconv/CP1252.so\n");
    assertThat(lock("php"))
        .containsPattern("\\[\\[preload\\]\\]\npath = \"/usr/lib/.*/gconv/CP1252.so\"\n")
        .contains("[[path]]\npath = \"/usr/share/zoneinfo/Europe/Zurich\"\n");
    assertThat(machine.brig("plan", "php").output())
        .contains("  /usr/share/zoneinfo/Europe/Zurich  (read-only)", "  LoadFile /usr/lib/");
    machine.startService("php");
    assertThat(machine.get("/a.php")).startsWith("HTTP/1.1 200 OK").contains(ANSWER);
    machine.brig("stop", "php");
    assertASecondLearnAddsNothing("php", "http://127.0.0.1/a.php");
  }

  @Test
  void inALateJailThatIsTheSiteThePlacesAreMadeThere() throws Exception {
    apache("/");
    jailfile(
        "php",
        "\"late\"",
        "www-data",
        "\"/usr/sbin/apache2\", \"-DFOREGROUND\", \"-f\", \"HOME/out/apache.conf\"");
    Result learned = learn("php", "http://127.0.0.1/a.php");
    assertThat(learned.output()).contains("/usr/share/zoneinfo/Europe/Zurich  asked for by");
    assertThat(site.resolve("usr/share/zoneinfo/Europe/Zurich")).exists().isEmptyFile();
    // An empty place of a mount that is gone is no time zone: it is learned again.
    Files.delete(Path.of(machine.paths().etc(), "php.lock.toml"));
    learn("php", "http://127.0.0.1/a.php");
    machine.startService("php");
    assertThat(machine.get("/a.php")).startsWith("HTTP/1.1 200 OK").contains(ANSWER);
  }

  @Test
  void namedFindsItsPlacesInItsOwnChroot() throws Exception {
    file(
        "site/etc/bind/named.conf",
        """
        options {
          directory "/var/cache/bind";
          listen-on port 5353 { 127.0.0.1; };
          listen-on-v6 { none; };
          recursion no;
          pid-file "/run/named/named.pid";
        };
        controls {};
        zone "example.test" { type primary; file "/etc/bind/example.zone"; };
        """);
    file(
        "site/etc/bind/example.zone",
        """
        $TTL 60
        @ IN SOA ns.example.test. me.example.test. 1 60 60 60 60
        @ IN NS ns
        ns IN A 127.0.0.1
        www IN A 192.0.2.7
        """);
    jailfile(
        "dns",
        "\"self\"",
        "bind",
        "\"/usr/sbin/named\", \"-g\", \"-u\", \"bind\", \"-t\", \"HOME/site\", \"-c\","
            + " \"/etc/bind/named.conf\"");
    String probe =
        "sh -c 'dig +short +time=1 +tries=1 -p 5353 @127.0.0.1 www.example.test | grep -qx"
            + " 192.0.2.7'";
    Result learned = learn("dns", probe);
    assertASecondLearnAddsNothing("dns", probe);
    assertThat(learned.output())
        .contains(
            site + "/var/cache/bind, in memory  /usr/sbin/named looks for it, and may write to it",
            "; to keep what it writes, make " + site + "/var/cache/bind for it and name that")
        .contains(site + "/run, in memory  /usr/sbin/named writes there (mkdir)");
    assertThat(machine.brig("run", "-d", "dns").output()).contains(", in " + site);
    // It waits for its signals by sigwait(3), and has no handler for any.
    assertThat(machine.brig("stop", "dns").output()).contains("stopped by SIGTERM");
  }

  @Test
  void phpFpmFindsItsPlacesInTheChrootOfItsPool() throws Exception {
    file(
        "out/fpm.conf",
        """
        [global]
        error_log = HOME/out/fpm.log
        daemonize = no
        [www]
        user = www-data
        group = www-data
        listen = 127.0.0.1:9000
        chroot = HOME/site
        pm = static
        pm.max_children = 2
        """);
    file("site/a.php", PHP + "$made = tempnam(\"/tmp\", \"x\");\nif (!$made) die(\"no /tmp\");");
    file(
        "out/ask.py",
        """
        import socket, struct, sys
        def rec(t, b): return struct.pack(">BBHHBB", 1, t, 1, len(b), 0, 0) + b
        def kv(k, v): return bytes([len(k), len(v)]) + k.encode() + v.encode()
        s = socket.create_connection(("127.0.0.1", 9000), 5); s.settimeout(8)
        p = b"".join(kv(k, v) for k, v in {"SCRIPT_FILENAME": "/a.php", "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "/a.php", "QUERY_STRING": ""}.items())
        s.sendall(rec(1, struct.pack(">HB5x", 1, 0)) + rec(4, p) + rec(4, b"") + rec(5, b""))
        d = b""
        while True:
            x = s.recv(65536)
            if not x: break
            d += x
        print(d)
        sys.exit(0 if b"answer" in d and b"Status: 500" not in d and b"no /tmp" not in d else 1)
        """);
    jailfile(
        "fpm",
        "\"self\"",
        "www-data",
        "\"/usr/sbin/php-fpm8.2\", \"-F\", \"-y\", \"HOME/out/fpm.conf\"",
        "[files]\nwritable = [\"HOME/out\"]\n");
    Result learned = learn("fpm", "python3 " + machine.home() + "/out/ask.py");
    assertThat(learned.output())
        .contains(
            "  /tmp, in memory  /usr/sbin/php-fpm8.2 writes there before it goes in",
            "  " + site + "/tmp, in memory  ",
            "  /usr/share/zoneinfo/Europe/Zurich  asked for by /usr/sbin/php-fpm8.2");
    assertThat(machine.brig("run", "-d", "fpm").output()).contains(", in " + site);
    Result asked = machine.run(List.of("python3", machine.home() + "/out/ask.py"));
    assertThat(asked.output()).contains(ANSWER);
  }

  @Test
  void lighttpdFindsThePlaceForItsLog() throws Exception {
    file("site/a.html", "hello\n");
    file(
        "out/lighttpd.conf",
        """
        server.port = 80
        server.chroot = "HOME/site"
        server.document-root = "/"
        server.username = "www-data"
        server.groupname = "www-data"
        server.modules = ("mod_accesslog")
        accesslog.filename = "/var/log/lighttpd/access.log"
        """);
    jailfile(
        "light",
        "\"self\"\ncapabilities = [\"CAP_NET_BIND_SERVICE\"]",
        "www-data",
        "\"/usr/sbin/lighttpd\", \"-D\", \"-f\", \"HOME/out/lighttpd.conf\"");
    Result learned = learn("light", "http://127.0.0.1/a.html");
    assertThat(learned.output())
        .contains(site + "/var/log/lighttpd, in memory  /usr/sbin/lighttpd");
    assertThat(machine.brig("run", "-d", "light").output()).contains(", in " + site);
    assertThat(machine.get("/a.html")).startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void aDaemonThatNeverGoesInIsTold() throws Exception {
    jailfile("lost", "\"late\"", "www-data", "\"/bin/sleep\", \"600\"");
    Result learned = machine.brig("learn", "lost");
    assertThat(learned.status()).as(learned.output()).isEqualTo(1);
    assertThat(learned.output())
        .contains("none of its processes went into " + site, "see docs/late.md");
    Result shrink = machine.brig("learn", "lost", "--outside");
    assertThat(shrink.status()).isEqualTo(100);
    assertThat(shrink.output())
        .contains(
            "--outside is not for lost: its daemon has the host's files until it goes into its jail"
                + " (mode = late).");
  }
}
