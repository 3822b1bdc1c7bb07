package brig.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.InodeFlags;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import brig.tree.JailPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Debian's nginx and Apache by their recipes, with hardening = "strict". */
@Tag("service")
class StrictServiceTest {
  private static final String STRICT = "hardening = \"strict\"\n";

  private Installation machine;
  private Path home;
  private JailPaths paths;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    home = machine.home();
    paths = machine.paths();
  }

  @AfterEach
  void endAll() throws Exception {
    machine.close();
  }

  private String in(String jail, String path) {
    return paths.current(jail) + "/root" + path;
  }

  private String mode(String jail, String path) throws IOException {
    Stat stat = Stat.of(in(jail, path));
    assertThat(stat).as(path).isNotNull();
    return "0" + Integer.toOctalString(stat.mode() & 07777) + " " + stat.uid() + ":" + stat.gid();
  }

  private void assertImmutable(String path) throws IOException {
    try (Fd file = Fd.open(path, Fd.O_RDONLY)) {
      assertThat(InodeFlags.isImmutable(file)).as(path).isTrue();
    }
  }

  private static List<ProcessStatus> workers(RunState state)
      throws IOException, InterruptedException {
    Instant deadline = Instant.now().plusSeconds(20);
    while (Instant.now().isBefore(deadline)) {
      List<ProcessStatus> workers = new ArrayList<>(Running.members(state));
      workers.removeIf(p -> p.pid() == state.pid());
      if (!workers.isEmpty() && workers.stream().allMatch(p -> p.uid() != 0)) {
        return workers;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("no worker has given up root");
  }

  @Test
  void nginxServesAndItsConfigurationIsForItsGroup() throws Exception {
    Files.writeString(
        Path.of(paths.jailfile("nginx")), STRICT + Files.readString(Path.of("recipes/nginx.toml")));
    RunState state = machine.startService("nginx");
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK").contains("nginx");
    assertThat(mode("nginx", "/usr/sbin/nginx")).isEqualTo("0111 0:0");
    assertThat(mode("nginx", "/etc/nginx/nginx.conf")).isEqualTo("0440 0:33");
    assertThat(mode("nginx", "/etc")).isEqualTo("0555 0:0");
    assertImmutable(in("nginx", "/etc/nginx/nginx.conf"));
    for (ProcessStatus process : Running.members(state)) {
      assertThat(process.uid()).isEqualTo(33);
    }
    assertThat(machine.brig("build", "--again", "nginx").output())
        .contains("nginx: generation 2: ");
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void apacheServesPagesAndACgiInPerlWhileItsWorkersCannotReadItsConfiguration() throws Exception {
    jailfileWithCgi();
    RunState state = machine.startService("apache");
    workers(state);
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK").contains("Apache2");
    assertThat(machine.get("/cgi-bin/look.pl"))
        .startsWith("HTTP/1.1 200 OK")
        .endsWith(
            """
            uid 33
            umask 77
            /etc/apache2/apache2.conf: Permission denied
            /etc/shadow: Permission denied
            /usr/sbin/apache2: Permission denied
            /usr/bin/perl: Permission denied
            /etc/passwd: read
            /bin/sh: No such file or directory
            """);
    assertThat(mode("apache", "/usr/sbin/apache2")).isEqualTo("0111 0:0");
    assertThat(mode("apache", "/etc/apache2/apache2.conf")).isEqualTo("0400 0:0");
    assertImmutable(in("apache", "/usr/lib/cgi-bin/look.pl"));
  }

  @Test
  void nginxServesFromAFileSystemOfItsOwnAndEveryCommandFindsIt() throws Exception {
    Files.writeString(
        Path.of(paths.jailfile("nginx")),
        STRICT
            + "filesystem = { size = \"48M\" }\n"
            + Files.readString(Path.of("recipes/nginx.toml")));
    RunState state = machine.startService("nginx");
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK").contains("nginx");
    assertThat(HostFiles.read("/proc/" + state.pid() + "/mountinfo"))
        .asString()
        .contains(" /generations/1/root / ro,nosuid,nodev,")
        .contains(" /writable/var/log/nginx /var/log/nginx rw,nosuid,nodev,noexec,");
    try (var outside = Files.list(Path.of(paths.jail("nginx")))) {
      assertThat(outside).isEmpty();
    }
    assertThat(machine.brig("status", "--json", "nginx").output())
        .contains("\"root_verified\" : true", "\"current_generation\" : 1");
    assertThat(machine.brig("build", "--again", "nginx").output())
        .startsWith("nginx: generation 2: ");
    assertThat(machine.brig("status", "nginx").output())
        .contains("nginx: runs generation 1, 2 is current: stop and run it to change over");
    assertThat(machine.brig("list", "nginx").output()).contains("running").contains("current");
    assertThat(machine.brig("diff", "nginx").output()).contains("no difference");
    assertThat(machine.brig("logs", "nginx").output()).contains("using inherited sockets");
    assertThat(machine.brig("audit", "nginx").output()).contains("runs generation 1, 2 is current");
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK");
    assertThat(machine.brig("stop", "nginx").output()).startsWith("nginx: stopped by SIGQUIT");
    assertThat(awaitDetached(paths.image("nginx"))).isEmpty();
    assertThat(machine.brig("status", "nginx").output()).contains("nginx").contains("stopped");
    assertThat(machine.brig("remove", "--yes", "nginx").output())
        .contains("nginx: removed 2 generations");
    assertThat(Path.of(paths.image("nginx"))).doesNotExist();
  }

  /** What is still attached when the kernel has had its time to take a namespace down. */
  private String awaitDetached(String image) throws Exception {
    Instant deadline = Instant.now().plusSeconds(20);
    String attached;
    do {
      attached = machine.run(List.of("losetup", "-j", image)).output().strip();
      if (attached.isEmpty()) {
        return attached;
      }
      Thread.sleep(20);
    } while (Instant.now().isBefore(deadline));
    return attached;
  }

  /** The recipe with one CGI and the module that runs it, which Debian leaves off. */
  private void jailfileWithCgi() throws IOException {
    Path cgi = Files.createDirectories(home.resolve("cgi"));
    Path program =
        Files.writeString(
            cgi.resolve("look.pl"),
            """
            #!/usr/bin/perl
            use strict;
            printf "Content-Type: text/plain\\n\\nuid $>\\numask %o\\n", umask;
            for my $file (qw(/etc/apache2/apache2.conf /etc/shadow /usr/sbin/apache2
                             /usr/bin/perl /etc/passwd /bin/sh)) {
              print "$file: ", open(my $in, '<', $file) ? "read" : $!, "\\n";
            }
            """);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(cgi, PosixFilePermissions.fromString("rwxr-xr-x"));
    String changed =
        STRICT
            + Files.readString(Path.of("recipes/apache.toml"))
                .replace(
                    "\"-DFOREGROUND\"",
                    "\"-DFOREGROUND\", \"-C\", \"LoadModule cgid_module"
                        + " /usr/lib/apache2/modules/mod_cgid.so\", \"-C\", \"ScriptSock"
                        + " /run/apache2/socks/cgisock\"")
                .replace(
                    "[files]\ninclude = [",
                    "[files]\nmap = { \"/usr/lib/cgi-bin\" = \""
                        + cgi
                        + "\" }\ninclude = [\n  \"/usr/lib/apache2/modules/mod_cgid.so\",");
    assertThat(changed).contains("cgid_module", "map =");
    Files.writeString(Path.of(paths.jailfile("apache")), changed);
  }
}
