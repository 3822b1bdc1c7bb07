package brig.cli.web;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import brig.testing.Gcc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Debian's DokuWiki by its php-fpm, as docs/serve.md tells: the package's own files are run from
 * /usr/share, and a copy of what is handed out is the jail. Its configuration and data are the
 * test's, so that the host's wiki, if it has one, stays as it is.
 */
@Tag("service")
@Tag("root")
class WikiServedTest {
  private static final String URL = "http://127.0.0.1:8080";

  private final List<Process> started = new ArrayList<>();
  private Installation machine;
  private Path home;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    home = machine.home();
    Path site = home.resolve("srv/wiki");
    Files.createDirectories(site.getParent());
    run("cp", "-rL", "/usr/share/dokuwiki", site.toString());
    Files.createDirectories(site.resolve("run"));
    run("cp", "-r", "/etc/dokuwiki", home + "/conf");
    Path conf = home.resolve("conf");
    for (String link : List.of("acl.auth.php", "users.auth.php", "local.php")) {
      Files.deleteIfExists(conf.resolve(link));
    }
    Files.writeString(
        conf.resolve("local.php"),
        "<?php\n$conf['title'] = 'A wiki';\n$conf['useacl'] = 1;\n$conf['savedir'] = '"
            + home
            + "/data';\n");
    String ann = run("htpasswd", "-nbB", "ann", "secret").strip();
    Files.writeString(conf.resolve("users.auth.php"), ann + ":Ann:ann@example.org:user\n");
    Files.writeString(conf.resolve("acl.auth.php"), "* @ALL 1\n* @user 8\n");
    Files.writeString(home.resolve("before.php"), "<?php define('DOKU_CONF', '" + conf + "/');\n");
    for (String directory :
        List.of("attic", "cache", "index", "locks", "log", "media", "media_attic")) {
      Files.createDirectories(home.resolve("data/" + directory));
    }
    for (String directory : List.of("media_meta", "meta", "pages", "tmp")) {
      Files.createDirectories(home.resolve("data/" + directory));
    }
    run("chown", "-R", "www-data:www-data", home + "/data", conf.toString(), site + "/run");
    Files.setPosixFilePermissions(site, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(
        home.resolve("fpm.conf"),
        """
        [global]
        error_log = HOME/fpm.log
        daemonize = no
        [wiki]
        user = www-data
        group = www-data
        listen = HOME/srv/wiki/run/php.sock
        listen.owner = www-data
        listen.group = www-data
        pm = static
        pm.max_children = 2
        security.limit_extensions = .php
        php_admin_value[auto_prepend_file] = HOME/before.php
        php_admin_value[session.save_path] = HOME/data/tmp
        """
            .replace("HOME", home.toString()));
    Files.writeString(
        home.resolve("web.toml"),
        """
        listen = ["127.0.0.1:8080"]
        root = "srv/wiki"
        user = "www-data"

        [log]
        error = "error.log"

        [[location]]
        path = "/"
        fastcgi = "unix:srv/wiki/run/php.sock"
        script_root = "/usr/share/dokuwiki"
        script_index = "doku.php"

        [[location]]
        path = "/inc/"
        status = 403

        [[location]]
        path = "/run/"
        status = 403
        """);
  }

  private static String run(String... command) throws Exception {
    return Gcc.run(List.of(command), Map.of());
  }

  @AfterEach
  void endAll() throws Exception {
    for (Process process : started) {
      Installation.signal(process, "TERM");
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
    }
    machine.close();
  }

  private String curl(String... arguments) throws Exception {
    String jar = home + "/cookies";
    List<String> line =
        new ArrayList<>(List.of("curl", "-sS", "-m", "60", "-L", "-b", jar, "-c", jar));
    line.addAll(List.of(arguments));
    Result result = machine.run(line);
    assertThat(result.status()).as(result.output()).isZero();
    return result.output();
  }

  /** The value of the first input of that name. */
  private static String field(String page, String name) {
    for (String tag : page.split("<input ", -1)) {
      if (tag.contains("name=\"" + name + "\"")) {
        int at = tag.indexOf("value=\"") + "value=\"".length();
        return tag.substring(at, tag.indexOf('"', at));
      }
    }
    throw new AssertionError("no field " + name + " in " + page);
  }

  @Test
  void somebodyLogsInWritesAPageAndReadsItBack() throws Exception {
    started.add(machine.start(List.of("/usr/sbin/php-fpm8.2", "-y", home + "/fpm.conf")));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    Path socket = home.resolve("srv/wiki/run/php.sock");
    while (!Files.exists(socket) || !Files.getOwner(socket).getName().equals("www-data")) {
      assertThat(System.nanoTime()).as("php-fpm listens").isLessThan(deadline);
      Thread.sleep(20);
    }
    Process server = machine.startBrig("serve", home + "/web.toml");
    started.add(server);
    Installation.readUntil(server, ", jail ");

    assertThat(curl(URL + "/")).contains("<title>start [A wiki]</title>", "do=login");
    assertThat(curl("-i", URL + "/doku.php?id=notes&do=edit"))
        .contains("HTTP/1.1 200")
        .doesNotContain("name=\"do[save]\"");
    String form = curl(URL + "/doku.php?id=notes&do=login");
    String[] login = {
      "-d", "do=login", "-d", "id=notes", "-d", "u=ann", "-d", "sectok=" + field(form, "sectok")
    };
    assertThat(curl(plus(login, "-d", "p=wrong", URL + "/doku.php")))
        .contains("Sorry, username or password was wrong.");
    assertThat(curl(plus(login, "-d", "p=secret", URL + "/doku.php"))).contains("Logged in as");

    String edit = curl(URL + "/doku.php?id=notes&do=edit");
    List<String> save = new ArrayList<>();
    for (String name : List.of("sectok", "rev", "date", "prefix", "suffix", "changecheck")) {
      save.addAll(List.of("--data-urlencode", name + "=" + field(edit, name)));
    }
    String text =
        "====== Notes ======\nWritten **through** the jail: äöü.\n" + "line\n".repeat(9000);
    Files.writeString(home.resolve("text"), text);
    save.addAll(List.of("-d", "id=notes", "-d", "target=section", "-d", "do[save]=Save"));
    save.addAll(List.of("--data-urlencode", "wikitext@" + home + "/text"));
    save.add(URL + "/doku.php");
    assertThat(curl(save.toArray(new String[0])))
        .contains("Written <strong>through</strong> the jail: äöü.");
    assertThat(home.resolve("data/pages/notes.txt")).exists();
    assertThat(curl(URL + "/doku.php?id=notes&do=export_raw").replace("\r", ""))
        .isEqualTo(text.stripTrailing() + "\n");

    // What PHP does not make is handed out by the worker; what is not for others is not.
    assertThat(curl("-i", URL + "/lib/images/license/badge/cc-by.png"))
        .contains("Content-Type: image/png");
    assertThat(curl("-I", URL + "/lib/tpl/dokuwiki/images/logo.png")).contains("HTTP/1.1 200");
    assertThat(curl("-i", URL + "/lib/exe/css.php")).contains("Content-Type: text/css");
    assertThat(curl("-i", URL + "/inc/init.php")).contains("HTTP/1.1 403");
    assertThat(curl("-i", URL + "/.htaccess.dist")).contains("HTTP/1.1 404");
    assertThat(curl("-i", URL + "/none.php")).contains("HTTP/1.1 404");
    assertThat(Files.readString(home.resolve("error.log"))).isEmpty();
  }

  private static String[] plus(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }
}
