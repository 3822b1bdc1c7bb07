package brig.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.testing.Gcc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The recipes with what a test lays out for each, and what it asks. */
final class Services {
  private Services() {}

  static List<Recipe> all() {
    return List.of(
        nginxWithPhp(),
        bind(),
        redis(),
        postgresql(),
        apache(),
        apacheWithPhpAndPostgresql(),
        lighttpd(),
        java(),
        node(),
        python(),
        perlCgi(),
        staticCgi(),
        git());
  }

  /** A file of the test's, with the directories above it, that everybody may read. */
  static Path lay(Installation machine, String path, String mode, String text) throws IOException {
    Path file = machine.home().resolve(path);
    Files.createDirectories(file.getParent());
    for (Path at = file.getParent(); !at.equals(machine.home()); at = at.getParent()) {
      Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  /** What a program prints, which must go well. */
  static String run(Installation machine, String... command) throws Exception {
    Installation.Result result = machine.run(List.of(command));
    assertThat(result.status()).as("%s: %s", List.of(command), result.output()).isZero();
    return result.output();
  }

  /**
   * What a command says as soon as it says something: a port may be open before its data is read.
   */
  static String answered(Installation machine, String... command) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    String said = run(machine, command).strip();
    while (said.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(50);
      said = run(machine, command).strip();
    }
    return said;
  }

  static String get(Installation machine, String url) throws Exception {
    return run(machine, "curl", "-sS", "--max-time", "20", "-w", "\n%{http_code}", url);
  }

  private static Recipe nginxWithPhp() {
    return Recipe.of(List.of("php-fpm", "nginx-php-fpm"))
        .change("  \"/etc/nginx\",\n", "")
        .change("  \"/var/www/html\",", "")
        .map("nginx-php-fpm", "/etc/nginx/nginx.conf", "HOME/nginx.conf")
        .map("nginx-php-fpm", "/etc/nginx/fastcgi_params", "/etc/nginx/fastcgi_params")
        .map("nginx-php-fpm", "/var/www/html", "HOME/site")
        .map("php-fpm", "/var/www/html", "HOME/site")
        .prepared(
            machine -> {
              lay(machine, "site/index.html", "rw-r--r--", "a page\n");
              lay(
                  machine,
                  "site/who.php",
                  "rw-r--r--",
                  "<?php date_default_timezone_set('Europe/Zurich');"
                      + " echo posix_getuid(), ' ', date('e'), ' ', strlen(session_id()), ' ',"
                      + " file_exists('/usr/sbin/nginx') ? 'nginx' : 'no nginx', ' ',"
                      + " $_GET['q'];");
              lay(
                  machine,
                  "nginx.conf",
                  "rw-r--r--",
                  """
                  events {}
                  http {
                    server {
                      listen 80;
                      listen [::]:80;
                      root /var/www/html;
                      location ~ \\.php$ {
                        include fastcgi_params;
                        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
                        fastcgi_pass unix:/run/php/php8.2-fpm.sock;
                      }
                    }
                  }
                  """);
            })
        .asked(
            machine -> {
              String page = get(machine, "http://127.0.0.1/index.html");
              assertThat(page).isEqualTo("a page\n\n200");
              String script = get(machine, "http://127.0.0.1/who.php?q=asked");
              assertThat(script).isEqualTo("33 Europe/Zurich 0 no nginx asked\n200");
              return List.of(page, script, get(machine, "http://127.0.0.1/absent.php"));
            });
  }

  private static Recipe bind() {
    return Recipe.of("bind")
        .change("  \"/etc/bind\", ", "  #")
        .map("bind", "/etc/bind", "HOME/bind")
        .prepared(machine -> NameServer.configure(machine, "bind"))
        .built(
            machine ->
                NameServer.zone(machine, Path.of(machine.paths().writable("bind"), "var/lib/bind")))
        .asked(machine -> NameServer.ask(machine, "bind"));
  }

  private static Recipe redis() {
    return Recipe.of("redis")
        .asked(
            machine -> {
              List<String> answers = new ArrayList<>();
              answers.add(run(machine, "redis-cli", "ping"));
              answers.add(run(machine, "redis-cli", "set", "key", "kept"));
              answers.add(run(machine, "redis-cli", "save"));
              answers.add(run(machine, "redis-cli", "get", "key"));
              assertThat(answers).containsExactly("PONG\n", "OK\n", "OK\n", "kept\n");
              return answers;
            });
  }

  private static Recipe postgresql() {
    return cluster(Recipe.of("postgresql"))
        .asked(
            machine -> {
              List<String> answers = new ArrayList<>();
              for (String query :
                  List.of(
                      "select 6 * 7",
                      "create temporary table t as select generate_series(1, 100000) n",
                      "select timestamptz '2026-07-01 12:00 UTC' at time zone 'Europe/Zurich'",
                      "select 'x' ~ 'X', lower('ÄÖ')")) {
                answers.add(
                    run(
                        machine,
                        "psql",
                        "-h",
                        "127.0.0.1",
                        "-U",
                        "postgres",
                        "-Atc",
                        query,
                        "postgres"));
              }
              assertThat(answers)
                  .containsExactly("42\n", "SELECT 100000\n", "2026-07-01 14:00:00\n", "f|äö\n");
              return answers;
            });
  }

  /** A cluster of the test's own, without what Debian's may have been changed to. */
  private static Recipe cluster(Recipe recipe) {
    return recipe
        .change("  \"/etc/postgresql/15/main\",\n", "")
        .map("postgresql", "/etc/postgresql/15/main", "HOME/cluster")
        .prepared(Services::layCluster)
        .built(Services::makeCluster);
  }

  private static void layCluster(Installation machine) throws Exception {
    lay(machine, "cluster/postgresql.conf", "rw-r--r--", CLUSTER);
    lay(
        machine,
        "cluster/pg_hba.conf",
        "rw-r--r--",
        "local all all trust\nhost all all 127.0.0.1/32 trust\n");
    lay(machine, "cluster/pg_ident.conf", "rw-r--r--", "");
  }

  private static void makeCluster(Installation machine) throws Exception {
    Path data = Path.of(machine.paths().writable("postgresql"), "var/lib/postgresql/15/main");
    Path made = Files.createTempDirectory(Path.of("/var/tmp"), "brig-initdb-");
    run(machine, "chown", "postgres:postgres", made.toString());
    run(
        machine,
        "setpriv",
        "--reuid=postgres",
        "--regid=postgres",
        "--clear-groups",
        "/usr/lib/postgresql/15/bin/initdb",
        "--no-sync",
        "--locale=C.UTF-8",
        "-D",
        made + "/main");
    run(machine, "cp", "-a", "-T", made + "/main", data.toString());
    run(machine, "rm", "-r", made.toString());
  }

  private static Recipe apache() {
    return Recipe.of("apache")
        .change("  \"/etc/apache2\", ", "  #")
        .change("  \"/var/www\", ", "  #")
        .change("  \"/usr/lib/cgi-bin\", ", "  #")
        .map("apache", "/etc/apache2", "HOME/apache2")
        .map("apache", "/var/www/html", "HOME/site")
        .map("apache", "/usr/lib/cgi-bin", "HOME/cgi")
        .prepared(machine -> new ApacheFiles(new Backends(machine), machine.home()).lay())
        .asked(
            machine -> {
              List<String> answers = new ArrayList<>();
              for (String path :
                  List.of("", "cgi-bin/look.pl", "cgi-bin/look.pl?accounts", "absent", "icons/")) {
                answers.add(get(machine, "http://127.0.0.1/" + path));
              }
              assertThat(answers.getFirst()).isEqualTo("a page\n\n200");
              assertThat(answers.get(1)).isEqualTo("uid 33, umask 27\n\n200");
              return answers;
            });
  }

  private static Recipe apacheWithPhpAndPostgresql() {
    return cluster(Recipe.of(List.of("postgresql", "apache-php-pgsql")))
        .change("  \"/etc/apache2\", #", "  #")
        .change("  \"/var/www\",\n", "")
        .map("apache-php-pgsql", "/etc/apache2/apache2.conf", "HOME/apache2.conf")
        .map("apache-php-pgsql", "/var/www/html", "HOME/site")
        .prepared(
            machine -> {
              layCluster(machine);
              lay(machine, "apache2.conf", "rw-r--r--", APACHE);
              lay(
                  machine,
                  "site/db.php",
                  "rw-r--r--",
                  "<?php date_default_timezone_set('Europe/Zurich');"
                      + " $db = pg_connect('host=/var/run/postgresql user=postgres');"
                      + " echo pg_fetch_result(pg_query($db, 'select 6 * 7'), 0), ' ',"
                      + " posix_getuid(), ' ', date('e');");
            })
        .asked(
            machine -> {
              String answer = get(machine, "http://127.0.0.1/db.php");
              assertThat(answer).isEqualTo("42 33 Europe/Zurich\n200");
              Installation.Result inside =
                  machine.brig(
                      "shell",
                      "apache-php-pgsql",
                      "--",
                      "/usr/lib/postgresql/15/bin/psql",
                      "-h",
                      "/var/run/postgresql",
                      "-U",
                      "postgres",
                      "-Atc",
                      "select 1 + 1");
              assertThat(inside.output()).isEqualTo("2\n");
              return List.of(answer, inside.output());
            });
  }

  private static final String APACHE =
      """
      ServerName localhost
      Listen 127.0.0.1:80
      PidFile ${APACHE_PID_FILE}
      Mutex file:${APACHE_LOCK_DIR} default
      ErrorLog ${APACHE_LOG_DIR}/error.log
      User ${APACHE_RUN_USER}
      Group ${APACHE_RUN_GROUP}
      LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
      LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
      LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
      LoadModule php_module /usr/lib/apache2/modules/libphp8.2.so
      TypesConfig /etc/mime.types
      DocumentRoot /var/www/html
      <FilesMatch "\\.php$">
        SetHandler application/x-httpd-php
      </FilesMatch>
      """;

  private static final String CLUSTER =
      """
      data_directory = '/var/lib/postgresql/15/main'
      hba_file = '/etc/postgresql/15/main/pg_hba.conf'
      ident_file = '/etc/postgresql/15/main/pg_ident.conf'
      unix_socket_directories = '/var/run/postgresql'
      listen_addresses = '127.0.0.1'
      shared_buffers = 16MB
      fsync = off
      timezone = 'Etc/UTC'
      """;

  private static Recipe lighttpd() {
    return Recipe.of("lighttpd")
        .change("include = [\"/var/www/html\"]", "#")
        .map("lighttpd", "/var/www/html", "HOME/site")
        .prepared(machine -> lay(machine, "site/index.html", "rw-r--r--", "from lighttpd\n"))
        .asked(
            machine -> {
              String page = get(machine, "http://127.0.0.1/");
              assertThat(page).isEqualTo("from lighttpd\n\n200");
              return List.of(page, get(machine, "http://127.0.0.1/../../etc/passwd"));
            });
  }

  private static Recipe cgi(String name) {
    return Recipe.of(name)
        .change("  \"/var/www/html\",", "")
        .change("  \"/usr/lib/cgi-bin\",", "")
        .map(name, "/var/www/html", "HOME/site")
        .map(name, "/usr/lib/cgi-bin", "HOME/cgi-bin");
  }

  private static Recipe perlCgi() {
    return cgi("perl-cgi")
        .prepared(
            machine -> {
              lay(machine, "site/index.html", "rw-r--r--", "from perl's jail\n");
              lay(
                  machine,
                  "cgi-bin/hello",
                  "rwxr-xr-x",
                  """
                  #!/usr/bin/perl -T
                  use strict;
                  use CGI;
                  use POSIX qw(strftime);
                  use Socket;
                  my $q = CGI->new;
                  print $q->header('text/plain'), "uid $<, hello ", scalar $q->param('name'),
                    strftime(", %Y", gmtime(0)), -e '/bin/sh' ? ', a shell' : ', no shell', "\\n";
                  """);
            })
        .asked(
            machine -> {
              String answer = get(machine, "http://127.0.0.1/cgi-bin/hello?name=you");
              assertThat(answer).isEqualTo("uid 33, hello you, 1970, no shell\n\n200");
              return List.of(answer, get(machine, "http://127.0.0.1/"));
            });
  }

  private static Recipe staticCgi() {
    return cgi("static-cgi")
        .prepared(
            machine -> {
              lay(machine, "site/index.html", "rw-r--r--", "from a small jail\n");
              lay(machine, "cgi-bin/readme", "rw-r--r--", "");
              Gcc.compile(
                  machine.home().resolve("cgi-bin/hello"),
                  """
                  #include <stdio.h>
                  #include <stdlib.h>
                  #include <unistd.h>
                  int main(void) {
                    printf("Content-Type: text/plain\\r\\n\\r\\nuid %d asked %s, %s\\n",
                      (int) getuid(), getenv("QUERY_STRING"),
                      access("/usr/bin/perl", F_OK) ? "no perl" : "perl");
                    return 0;
                  }
                  """,
                  "-static");
              Files.delete(machine.home().resolve("cgi-bin/hello.c"));
            })
        .asked(
            machine -> {
              String answer = get(machine, "http://127.0.0.1/cgi-bin/hello?a=1");
              assertThat(answer).isEqualTo("uid 33 asked a=1, no perl\n\n200");
              return List.of(answer);
            });
  }

  private static Recipe git() {
    return Recipe.of("git")
        .asked(
            machine -> {
              String one = machine.paths().writable("git") + "/srv/git/one.git";
              run(machine, "git", "init", "-q", "--bare", "-b", "main", one);
              run(machine, "chown", "-R", "www-data:", one);
              String url = "http://127.0.0.1/one.git";
              Path mine = machine.home().resolve("mine");
              run(machine, "git", "clone", "-q", url, mine.toString());
              Files.writeString(mine.resolve("file"), "asked\n".repeat(1000));
              run(machine, "git", "-C", mine + "", "checkout", "-q", "-B", "main");
              run(machine, "git", "-C", mine + "", "add", "file");
              List<String> commit = new ArrayList<>(List.of("git", "-C", mine.toString()));
              commit.addAll(List.of("-c", "user.name=a", "-c", "user.email=a@example.test"));
              commit.addAll(List.of("commit", "-q", "-m", "one", "--date=2026-01-01T00:00:00Z"));
              run(machine, commit.toArray(String[]::new));
              List<String> push = List.of("git", "-C", mine.toString(), "push", "-q", url, "main");
              Installation.Result refused = machine.run(push);
              assertThat(refused.output()).contains("403");
              run(machine, "git", "config", "-f", one + "/config", "http.receivepack", "true");
              run(machine, push.toArray(String[]::new));
              Path second = machine.home().resolve("second");
              run(machine, "git", "clone", "-q", url, second.toString());
              String got = Files.readString(second.resolve("file"));
              assertThat(got).isEqualTo("asked\n".repeat(1000));
              String file = get(machine, "http://127.0.0.1/one.git/config");
              assertThat(file).as("no file of a repository is handed out").endsWith("\n404");
              run(machine, "rm", "-r", one, mine.toString(), second.toString());
              return List.of(got, file);
            });
  }

  private static Recipe app(String name, String from) {
    return Recipe.of(name).change(from, "").map(name, "/srv/app", "HOME/app");
  }

  private static Recipe python() {
    return app("python-wsgi", "include = [\"/srv/app\"]\n")
        .prepared(
            machine ->
                lay(
                    machine,
                    "app/app.py",
                    "rw-r--r--",
                    """
                    import json, os, sqlite3, ssl, zoneinfo, datetime
                    from wsgiref.simple_server import make_server
                    def app(environ, start_response):
                        start_response("200 OK", [("Content-Type", "application/json")])
                        db = sqlite3.connect(":memory:")
                        total = db.execute("select 6 * 7").fetchone()[0]
                        return [json.dumps({"uid": os.getuid(), "total": total,
                            "path": environ["PATH_INFO"]}).encode()]
                    make_server("127.0.0.1", 8000, app).serve_forever()
                    """))
        .asked(
            machine -> {
              String answer = get(machine, "http://127.0.0.1:8000/asked");
              assertThat(answer)
                  .isEqualTo("{\"uid\": 33, \"total\": 42, \"path\": \"/asked\"}\n200");
              return List.of(answer);
            });
  }

  private static Recipe node() {
    return app("node", "include = [\"/srv/app\"] ")
        .prepared(
            machine ->
                lay(
                    machine,
                    "app/server.js",
                    "rw-r--r--",
                    """
                    const http = require('http'), crypto = require('crypto'), zlib = require('zlib');
                    http.createServer((request, response) => {
                      const hash = crypto.createHash('sha256').update(request.url).digest('hex');
                      zlib.gzip(hash, (error, packed) => response.end(
                        `${process.getuid()} ${hash.slice(0, 8)} ${zlib.gunzipSync(packed).length} ` +
                        new Date(0).toLocaleString('de-CH', {timeZone: 'Europe/Zurich'}) + '\\n'));
                    }).listen(3000, '127.0.0.1');
                    """))
        .asked(
            machine -> {
              String answer = get(machine, "http://127.0.0.1:3000/asked");
              assertThat(answer).startsWith("33 ").contains(" 64 1.1.1970, 01:00:00");
              return List.of(answer);
            });
  }

  private static Recipe java() {
    return app("java", "  \"/srv/app\",              # classes or jars\n")
        .prepared(
            machine -> {
              Path source =
                  lay(
                      machine,
                      "App.java",
                      "rw-r--r--",
                      """
                      import com.sun.net.httpserver.HttpServer;
                      import java.net.InetSocketAddress;
                      import java.security.*;
                      import java.time.*;
                      import java.util.*;
                      public class App {
                        public static void main(String[] args) throws Exception {
                          byte[] random = new byte[32];
                          SecureRandom.getInstanceStrong().nextBytes(random);
                          HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 8080), 0);
                          server.createContext("/", exchange -> {
                            String hash;
                            try {
                              hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                                .digest(exchange.getRequestURI().toString().getBytes()), 0, 4);
                              javax.net.ssl.SSLContext.getDefault();
                            } catch (GeneralSecurityException e) { hash = e.toString(); }
                            byte[] answer = (hash + " " + Instant.EPOCH.atZone(ZoneId.of("Europe/Zurich")) + "\\n").getBytes();
                            exchange.sendResponseHeaders(200, answer.length);
                            exchange.getResponseBody().write(answer);
                            exchange.close();
                          });
                          server.start();
                        }
                      }
                      """);
              Path classes = Files.createDirectories(machine.home().resolve("app"));
              Files.setPosixFilePermissions(classes, PosixFilePermissions.fromString("rwxr-xr-x"));
              run(
                  machine,
                  System.getProperty("java.home") + "/bin/javac",
                  "--release",
                  "17",
                  "-d",
                  classes.toString(),
                  source.toString());
            })
        .asked(
            machine -> {
              String answer = get(machine, "http://127.0.0.1:8080/asked");
              assertThat(answer).endsWith(" 1970-01-01T01:00+01:00[Europe/Zurich]\n\n200");
              return List.of(answer);
            });
  }
}
