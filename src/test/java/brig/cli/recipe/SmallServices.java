package brig.cli.recipe;

import static brig.cli.recipe.Services.get;
import static brig.cli.recipe.Services.lay;
import static brig.cli.recipe.Services.run;
import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.testing.Gcc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Daemons that make a chroot of their own, and small web servers. Those that Debian has no more are
 * played by stand-ins with their options, their files and their chroot; where the real one is
 * installed as its recipe says, the recipe that needs no patch is tested with it.
 */
final class SmallServices {
  private SmallServices() {}

  static List<Recipe> all() {
    return List.of(bindSelf(), boa(), boaSelf(), thttpd(), thttpdSelf(), lighttpdSelf());
  }

  /** The source of a stand-in, in the test's resources. */
  static String source(String name) throws IOException {
    try (InputStream in = SmallServices.class.getResourceAsStream(name + ".c")) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A program below the test's directory: the real one if it is there, else its stand-in. */
  static void install(
      Installation machine, String real, String to, String source, String... options)
      throws Exception {
    Path program = machine.home().resolve(to);
    if (Files.exists(Path.of(real))) {
      Files.createDirectories(program.getParent());
      Files.copy(Path.of(real), program);
    } else {
      Gcc.compile(program, source(source), options);
    }
  }

  private static Recipe bindSelf() {
    return Recipe.of("bind-self")
        .change("/srv/bind", "HOME/chroot")
        .change("  \"/etc/bind\", ", "  #")
        .inItsOwnMode()
        .prepared(
            machine -> {
              lay(machine, "chroot/mnt/.keep", "rw-r--r--", "");
              Files.delete(machine.home().resolve("chroot/mnt/.keep"));
              NameServer.configure(machine, "chroot/etc/bind");
              String zones = machine.home() + "/chroot/var/lib/bind";
              String cache = machine.home() + "/chroot/var/cache/bind";
              run(machine, "install", "-d", machine.home() + "/chroot/var/lib");
              run(machine, "install", "-d", "-o", "bind", "-g", "bind", zones, cache);
              NameServer.zone(machine, Path.of(zones));
            })
        .asked(machine -> NameServer.ask(machine, "chroot/etc/bind"));
  }

  private static void site(Installation machine, String site) throws Exception {
    lay(machine, site + "/page.html", "rw-r--r--", "a page\n");
    lay(machine, site + "/list/one.txt", "rw-r--r--", "one\n");
    lay(machine, site + "/list/two.txt", "rw-r--r--", "two\n");
  }

  private static Recipe boa() {
    return Recipe.of("boa")
        .change("  \"/var/www\",", "  #")
        .change("programs = [\"/usr/bin/boa_indexer\"]\n", "")
        .map("boa", "/var/www", "HOME/site")
        .map("boa", "/usr/local/sbin/boa", "HOME/bin/boa")
        .map("boa", "/usr/bin/boa_indexer", "HOME/bin/boa_indexer")
        .prepared(
            machine -> {
              site(machine, "site");
              install(machine, "/usr/local/sbin/boa", "bin/boa", "small-web");
              install(machine, "/usr/bin/boa_indexer", "bin/boa_indexer", "boa-indexer");
            })
        .asked(SmallServices::askBoa);
  }

  private static List<String> askBoa(Installation machine) throws Exception {
    String page = get(machine, "http://127.0.0.1/page.html");
    assertThat(page).isEqualTo("a page\n\n200");
    String listing = get(machine, "http://127.0.0.1/list/");
    assertThat(listing).contains("one.txt").contains("two.txt").endsWith("\n200");
    return List.of(page, listing, get(machine, "http://127.0.0.1/absent"));
  }

  private static Recipe boaSelf() {
    return Recipe.of("boa-self")
        .change("/usr/local/sbin/boa", "HOME/bin/boa")
        .change("/var/chroot", "HOME/chroot")
        .change("  \"/usr/bin/boa_indexer\",\n", "")
        .inItsOwnMode()
        .prepared(
            machine -> {
              Gcc.compile(machine.home().resolve("bin/boa"), source("small-web"));
              site(machine, "chroot/var/www");
              lay(machine, "chroot/etc/passwd", "rw-r--r--", "www-data:x:33:33::/:/bin/false\n");
              lay(machine, "chroot/etc/group", "rw-r--r--", "www-data:x:33:\n");
              lay(
                  machine,
                  "chroot/etc/boa/boa.conf",
                  "rw-r--r--",
                  """
                  Port 80
                  User www-data
                  Group www-data
                  ErrorLog /var/log/error_log
                  AccessLog /var/log/access_log
                  DocumentRoot /var/www
                  DirectoryMaker /usr/bin/boa_indexer
                  MimeTypes /etc/mime.types
                  """);
              Path indexer = machine.home().resolve("chroot/usr/bin/boa_indexer");
              Gcc.compile(indexer, source("boa-indexer"));
              Files.delete(indexer.resolveSibling("boa_indexer.c"));
              String chroot = machine.home() + "/chroot";
              run(machine, "install", "-d", chroot + "/mnt");
              run(machine, "install", "-d", "-o", "33", "-g", "33", chroot + "/var/log");
            })
        .asked(SmallServices::askBoa);
  }

  private static final String CGI =
      """
      #include <stdio.h>
      #include <stdlib.h>
      #include <unistd.h>
      int main(void) {
        printf("Content-Type: text/plain\\r\\n\\r\\nuid %d asked %s, %s\\n",
          (int) getuid(), getenv("QUERY_STRING"), access("/bin/sh", F_OK) ? "no shell" : "a shell");
        return 0;
      }
      """;

  private static void program(Installation machine, String site) throws Exception {
    Path program = machine.home().resolve(site + "/cgi-bin/hello");
    Gcc.compile(program, CGI, "-static");
    Files.delete(program.resolveSibling("hello.c"));
    site(machine, site);
  }

  private static List<String> askThttpd(Installation machine) throws Exception {
    String page = get(machine, "http://127.0.0.1/page.html");
    assertThat(page).isEqualTo("a page\n\n200");
    String answer = get(machine, "http://127.0.0.1/cgi-bin/hello?a=1");
    assertThat(answer).isEqualTo("uid 33 asked a=1, no shell\n\n200");
    return List.of(page, answer, get(machine, "http://127.0.0.1/absent"));
  }

  private static Recipe thttpd() {
    return Recipe.of("thttpd")
        .change("include = [\"/var/www\"]\n", "")
        .map("thttpd", "/var/www", "HOME/site")
        .map("thttpd", "/usr/local/sbin/thttpd", "HOME/bin/thttpd")
        .prepared(
            machine -> {
              program(machine, "site");
              install(machine, "/usr/local/sbin/thttpd", "bin/thttpd", "small-web");
            })
        .asked(SmallServices::askThttpd);
  }

  private static Recipe thttpdSelf() {
    return Recipe.of("thttpd-self")
        .change("/usr/local/sbin/thttpd", "HOME/bin/thttpd")
        .change("/srv/site", "HOME/site")
        .change("/var/log/thttpd", "HOME/log")
        .inItsOwnMode()
        .prepared(
            machine -> {
              program(machine, "site");
              install(machine, "/usr/local/sbin/thttpd", "bin/thttpd", "small-web");
              String home = machine.home().toString();
              run(machine, "install", "-d", home + "/log", home + "/site/mnt");
            })
        .asked(SmallServices::askThttpd);
  }

  private static Recipe lighttpdSelf() {
    return Recipe.of("lighttpd-self")
        .change("/etc/lighttpd/chroot.conf", "HOME/chroot.conf")
        .change("/srv/site", "HOME/site")
        .inItsOwnMode()
        .prepared(
            machine -> {
              program(machine, "site");
              String site = machine.home() + "/site";
              run(machine, "install", "-d", site + "/mnt");
              run(
                  machine,
                  "install",
                  "-d",
                  "-o",
                  "33",
                  "-g",
                  "33",
                  site + "/log",
                  site + "/upload");
              run(machine, "ln", "-s", ".", site + "/htdocs");
              String page = Files.readString(Path.of("docs/recipes/lighttpd-self.md"));
              int from = page.indexOf("```\nserver.modules") + 4;
              String conf = page.substring(from, page.indexOf("```", from));
              lay(machine, "chroot.conf", "rw-r--r--", Recipe.with(conf, "/srv/site", site));
            })
        .asked(
            machine -> {
              String listing = get(machine, "http://127.0.0.1/list/");
              assertThat(listing).contains("one.txt").contains("two.txt").endsWith("\n200");
              return askThttpd(machine);
            });
  }
}
