package brig.cli.learn;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import brig.linux.Fd;
import brig.linux.Names;
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
 * Services of Debian's packages, each with a configuration of the test's and a jailfile that names
 * nothing but the command and the user. In a network of the test's own.
 */
@Tag("service")
class LearnServicesTest {
  private Installation machine;
  private Path site;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    // Not below /var/tmp, which a jail has as a place of its own.
    site = Files.createTempDirectory(Path.of("/srv"), "brig-learn-");
    Files.setPosixFilePermissions(site, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void endAll() throws Exception {
    machine.close();
    try (Fd above = Fd.open("/srv", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      Names.removeTree(above, site.getFileName().toString());
    }
  }

  private Path file(String name, String mode, String text) throws IOException {
    Path file = site.resolve(name);
    Files.createDirectories(file.getParent());
    for (Path up = file.getParent(); !up.equals(site.getParent()); up = up.getParent()) {
      Files.setPosixFilePermissions(up, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.writeString(file, text.replace("SITE", site.toString()));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  private static final String DATA = "rw-r--r--";
  private static final String PROGRAM = "rwxr-xr-x";

  private void jailfile(String user, String... command) throws IOException {
    StringBuilder argv = new StringBuilder();
    for (String word : command) {
      argv.append(argv.isEmpty() ? "" : ", ").append('"').append(word).append('"');
    }
    machine.jailfile("it", "command = [" + argv + "]\nuser = \"" + user + "\"\n");
  }

  /** A call that comes by the moment alone may be a second run's; no file and no port is. */
  private static String withoutCalls(String lock) {
    return lock.replaceFirst("calls = \\[[^]]*]\n", "");
  }

  private String lock() throws IOException {
    Path lock = Path.of(machine.paths().etc(), "it.lock.toml");
    return Files.exists(lock) ? Files.readString(lock) : "";
  }

  /** Learns, unattended, and learns again: the second time brings nothing. */
  private String learn(String probe) throws Exception {
    Result learned = machine.brig("learn", "it", "--probe", probe);
    assertThat(learned.output()).contains("it: does what was asked of it, in its jail, after ");
    assertThat(learned.status()).isZero();
    String lock = lock();
    Result again = machine.brig("learn", "it", "--probe", probe);
    assertThat(again.output()).contains("after 1 round", "Nothing was added to ");
    assertThat(again.status()).isZero();
    assertThat(withoutCalls(lock())).isEqualTo(withoutCalls(lock));
    // What was learned serves a start without a tracer as well.
    machine.startService("it");
    assertThat(machine.brig("stop", "it").status()).isZero();
    return learned.output();
  }

  @Test
  void nginx() throws Exception {
    file("html/index.html", DATA, "hello\n");
    file("conf.d/site.conf", DATA, "server { listen 127.0.0.1:8080; root SITE/html; }\n");
    file(
        "nginx.conf",
        DATA,
        """
        worker_processes 1;
        error_log /var/log/nginx/error.log;
        pid /run/nginx.pid;
        events {}
        http { include SITE/conf.d/*.conf; access_log /var/log/nginx/access.log; }
        """);
    jailfile("www-data", "/usr/sbin/nginx", "-c", site + "/nginx.conf", "-g", "daemon off;");
    learn("http://127.0.0.1:8080/");
  }

  private void apache(String more) throws IOException {
    file(
        "apache.conf",
        DATA,
        """
        ServerRoot "SITE"
        ServerName localhost
        Listen 127.0.0.1:8080
        PidFile /run/apache.pid
        DefaultRuntimeDir /run
        LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
        LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
        LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
        TypesConfig /etc/mime.types
        ErrorLog /var/log/apache2/error.log
        DocumentRoot SITE/html
        <Directory SITE>
        Require all granted
        </Directory>
        """
            + more);
    jailfile("www-data", "/usr/sbin/apache2", "-DFOREGROUND", "-f", site + "/apache.conf");
  }

  @Test
  void case9_apacheWithAPerlCgiOfModulesFromEverywhere() throws Exception {
    apache(
        """
        LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
        LoadModule cgi_module /usr/lib/apache2/modules/mod_cgi.so
        ScriptAlias /cgi-bin/ SITE/cgi/
        """);
    file(
        "cgi/a.pl",
        PROGRAM,
        """
        #!/usr/bin/perl
        use strict; use POSIX qw(floor); use Socket;
        my $module = "C" . "GI"; eval "require $module" or die $@; # no rule sees this
        print CGI->new->header("text/plain"), floor(42.7), " ", inet_ntoa(inet_aton("127.0.0.1")), "\\n";
        """);
    file("html/index.html", DATA, "hello\n");
    learn("http://127.0.0.1:8080/cgi-bin/a.pl");
    assertThat(lock()).contains("path = \"/usr/share/perl5/CGI.pm\"\nby = \"/usr/bin/perl\"");
  }

  @Test
  void case5And6_apacheWithPhpANamedZoneIconvAndAnExtension() throws Exception {
    apache(
        """
        LoadModule php_module /usr/lib/apache2/modules/libphp8.2.so
        AddHandler application/x-httpd-php .php
        """);
    file(
        "html/index.php",
        DATA,
        """
        <?php
        $zone = "Europe/" . "Zurich";
        $now = new DateTime("2026-01-01", new DateTimeZone($zone));
        $text = iconv("UTF-8", "CP" . "1252", "\\u{e9}");
        if (strlen($text) != 1 || !function_exists("pg_connect")) { http_response_code(500); }
        echo $now->format("c e");
        """);
    learn("http://127.0.0.1:8080/index.php");
  }

  @Test
  void case7_aPythonProgramThatImportsByComputedNames() throws Exception {
    file("plugin_x.py", DATA, "def hello():\n    return \"hi\"\n");
    file("bundle/__init__.py", DATA, "from . import inner\n");
    file("bundle/inner.py", DATA, "VALUE = 1\n");
    file(
        "app.py",
        DATA,
        """
        import importlib
        from wsgiref.simple_server import make_server
        def app(environ, start):
            text = importlib.import_module("plugin" + "_x").hello()
            text += str(importlib.import_module("bund" + "le").inner.VALUE)
            text += str(importlib.import_module("decim" + "al").Decimal("1.1"))
            start("200 OK", [("Content-Type", "text/plain")])
            return [text.encode()]
        make_server("127.0.0.1", 8080, app).serve_forever()
        """);
    jailfile("www-data", "/usr/bin/python3", site + "/app.py");
    String told = learn("http://127.0.0.1:8080/");
    assertThat(told)
        .contains(site + "/plugin_x.py  a module that /usr/bin/python3.11 looked for in a list")
        .contains(site + "/bundle/inner.py");
  }

  @Test
  void bindsNamedAnswersOverLoopback() throws Exception {
    file(
        "example.zone",
        DATA,
        """
        $TTL 60
        @ IN SOA ns.example.test. me.example.test. 1 60 60 60 60
        @ IN NS ns
        ns IN A 127.0.0.1
        www IN A 192.0.2.7
        """);
    file(
        "named.conf",
        DATA,
        """
        options {
          directory "/var/cache/bind";
          listen-on port 5353 { 127.0.0.1; };
          listen-on-v6 { none; };
          recursion no;
          pid-file "/run/named.pid";
        };
        controls {};
        zone "example.test" { type primary; file "SITE/example.zone"; };
        """);
    jailfile("bind", "/usr/sbin/named", "-g", "-c", site + "/named.conf");
    learn(
        "sh -c 'dig +short +time=1 +tries=1 -p 5353 @127.0.0.1 www.example.test | grep 192.0.2.7'");
    assertThat(List.of(lock().split("\n", -1))).isNotEmpty();
  }
}
