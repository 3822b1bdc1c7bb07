package brig.cli.demo;

import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.plan.Host;
import brig.plan.loader.Libraries;
import brig.plan.loader.Library;
import brig.plan.loader.Loader;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the demo serves: a page, a program in sh with the shell that it needs, and a hole to the
 * budget of {@code examples/budget}, with programs that need no database.
 */
final class DemoSite {
  static final String PROGRAM = "/cgi-bin/inside";

  private static final String SHELL = "/bin/sh";
  private static final List<String> OUTSIDE =
      List.of("check-password", "accounts", "report", "people", "titles", "lines");
  private static final String INSIDE =
      """
      #!/bin/sh
      # A CGI program: tells what it finds around itself.
      read -r said
      echo "Content-Type: text/plain"
      echo
      echo "A program in the jail finds" /*
      if (: >/made) 2>&-; then echo "It wrote a file."; else echo "It can write nothing."; fi
      for file in /etc/passwd /proc/1 /var /root; do
        [ ! -e "$file" ] || echo "It sees $file."
      done
      """;

  private final String home;
  private final Host host;

  DemoSite(String home, Host host) {
    this.home = home;
    this.host = host;
  }

  /** The directory that becomes the root of worker and programs. */
  String jail() {
    return home + "/jail";
  }

  /** Where the doors of the hole are. */
  String doors() {
    return home + "/hole";
  }

  String configuration() {
    return home + "/web.toml";
  }

  String hole() {
    return home + "/budget.hole.toml";
  }

  /**
   * Makes all of it.
   *
   * @param user whom the worker runs as
   * @return the configuration
   */
  String make(int port, String user) throws BrigException, IOException {
    for (String directory : List.of("/jail/htdocs", "/jail/cgi-bin", "/hole", "/budget")) {
      HostFiles.createDirectories(home + directory, 0755);
    }
    write(jail() + "/htdocs/index.html", DemoService.PAGE, 0644);
    write(jail() + PROGRAM, INSIDE, 0755);
    copyShell();
    outside(user);
    String text =
        """
        listen = ["127.0.0.1:%d"]
        server_root = "%s"
        chroot_dir = "jail"
        root = "jail/htdocs"
        user = "%s"

        [[location]]
        path = "/cgi-bin/"
        cgi = "jail/cgi-bin"

        [[location]]
        path = "/budget/"
        hole = "hole"
        """
            .formatted(port, home, user);
    write(configuration(), text, 0644);
    return text;
  }

  /** The shell of the host and what it loads, where the program's first line looks for it. */
  private void copyShell() throws IOException {
    Libraries needed = new Loader(host).librariesOf(real(SHELL));
    List<String> files = new ArrayList<>(List.of(SHELL));
    if (needed != null) {
      String interpreter = needed.interpreter();
      if (interpreter != null) {
        files.add(interpreter);
      }
      for (Library library : needed.libraries()) {
        String path = library.path();
        if (path != null && !library.optional()) {
          files.add(path);
        }
      }
    }
    for (String file : files) {
      String copy = jail() + file;
      HostFiles.createDirectories(copy.substring(0, copy.lastIndexOf('/')), 0755);
      HostFiles.replace(copy, HostFiles.read(file), 0755);
    }
  }

  private static String real(String path) throws LinuxException {
    try (Fd fd = Fd.open(path, Fd.O_PATH)) {
      return Fd.readLink("/proc/self/fd/" + fd.number());
    }
  }

  /** The hole's file as it stands in the example, but for who and where. */
  private void outside(String user) throws BrigException, LinuxException {
    String example = System.getProperty("brig.home", "") + "/examples/budget/";
    try {
      for (String name : OUTSIDE) {
        HostFiles.replace(
            home + "/budget/" + name, HostFiles.read(example + "plain/" + name), 0755);
      }
      String text =
          new String(HostFiles.read(example + "budget.hole.toml"), StandardCharsets.UTF_8)
              .replace("/usr/local/lib/budget", home + "/budget")
              .replace("callers = [\"www-data\"]", "callers = [\"" + user + "\"]")
              .replace("user = \"reports\"", "user = \"nobody\"");
      write(hole(), text, 0644);
    } catch (LinuxException e) {
      throw BrigException.refused(
          Problem.of("cannot read the example " + example).answered(e.errno().text()));
    }
  }

  private static void write(String file, String text, int mode) throws LinuxException {
    HostFiles.replace(file, text.getBytes(StandardCharsets.UTF_8), mode);
  }
}
