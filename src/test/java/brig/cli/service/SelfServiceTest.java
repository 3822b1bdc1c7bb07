package brig.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.launch.service.SelfProof;
import brig.linux.HostFiles;
import brig.linux.ProcessStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Daemons that chroot themselves, with Debian's Apache and lighttpd. */
@Tag("service")
class SelfServiceTest {
  private Installation machine;
  private Path site;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    site = Files.createDirectory(machine.home().resolve("site"));
    Files.setPosixFilePermissions(site, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(site.resolve("index.html"), "the site itself\n");
  }

  @AfterEach
  void endAll() throws Exception {
    machine.close();
  }

  private void jailfile(String name, String command, String more) throws Exception {
    machine.jailfile(
        name,
        "mode = \"self\"\nroot = \""
            + site
            + "\"\ncommand = ["
            + command
            + "]\nuser = \"www-data\"\n"
            + more);
  }

  private Path apache(String chroot) throws Exception {
    return Files.writeString(
        machine.home().resolve("apache.conf"),
        """
        ServerRoot /etc/apache2
        LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
        LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
        LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
        ServerName localhost
        Listen 80
        User www-data
        Group www-data
        PidFile /run/apache2.pid
        DefaultRuntimeDir /run
        ErrorLog /run/error.log
        DocumentRoot /
        """
            + chroot);
  }

  @Test
  void apacheGoesIntoItsChrootDirAndFindsThereWhatWasPrepared() throws Exception {
    Path configuration = apache("ChrootDir " + site + "\n");
    jailfile(
        "apache",
        "\"/usr/sbin/apache2\", \"-DFOREGROUND\", \"-f\", \"" + configuration + "\"",
        """
        capabilities = ["CAP_NET_BIND_SERVICE", "CAP_KILL"]
        preload = ["/usr/lib/x86_64-linux-gnu/libgcc_s.so.1"]
        [files]
        include = ["/etc/localtime", "/usr/share/zoneinfo"]
        temporary = ["/run"]
        """);
    Result started = machine.brig("run", "-d", "apache");
    assertThat(started.output()).contains("apache: running, pid ").contains(", in " + site);
    assertThat(machine.get("/index.html")).startsWith("HTTP/1.1 200 OK").contains("the site");
    RunState state = RunState.read(machine.paths().state("apache"));
    assertThat(state).isNotNull();
    SelfProof proof = new SelfProof(state, site.toString());
    assertThat(proof.inside()).isNotEmpty().allMatch(process -> process.capabilities() == 0);
    assertThat(proof.strays()).isEmpty();
    ProcessStatus worker = proof.inside().getFirst();
    String inside = "/proc/" + worker.pid() + "/root";
    assertThat(Path.of(inside + "/usr/share/zoneinfo/Europe/Zurich")).exists();
    assertThat(Path.of(inside + "/etc/passwd")).doesNotExist();
    assertThat(HostFiles.read("/proc/" + worker.pid() + "/maps")).asString().contains("libgcc_s");
    // The master sees the host, and can write to none of it.
    String outside = "/proc/" + state.pid() + "/root";
    assertThat(Path.of(outside + "/etc/apache2")).exists();
    assertThat(Path.of(outside + "/run/systemd")).doesNotExist();
    assertThat(HostFiles.read("/proc/" + state.pid() + "/mountinfo"))
        .asString()
        .contains(" /etc /etc ro,nosuid,nodev");
    assertThat(machine.brig("status", "--json", "apache").output())
        .contains("\"root_verified\" : true");
    assertThat(machine.brig("stop", "apache").status()).isZero();
    assertThat(Running.members(state)).isEmpty();
  }

  @Test
  void aDaemonThatDoesNotGoInIsEndedAndToldOf() throws Exception {
    Path configuration = apache("");
    jailfile(
        "apache",
        "\"/usr/sbin/apache2\", \"-DFOREGROUND\", \"-f\", \"" + configuration + "\"",
        """
        capabilities = ["CAP_NET_BIND_SERVICE", "CAP_KILL"]
        [files]
        temporary = ["/run"]
        """);
    Result started = machine.brig("run", "-d", "apache");
    assertThat(started.status()).isEqualTo(111);
    assertThat(started.output())
        .contains("brig: cannot jail apache: process ")
        .contains(" (apache2) runs as uid 33 outside of " + site + ". Its own configuration");
    assertThat(machine.brig("status", "apache").status()).isEqualTo(1);
  }

  @Test
  void whoStaysOutsideAfterAReloadIsToldByStatusAndAudit() throws Exception {
    Path configuration = apache("ChrootDir " + site + "\n");
    jailfile(
        "apache",
        "\"/usr/sbin/apache2\", \"-DFOREGROUND\", \"-f\", \"" + configuration + "\"",
        """
        capabilities = ["CAP_NET_BIND_SERVICE", "CAP_KILL"]
        preload = ["/usr/lib/x86_64-linux-gnu/libgcc_s.so.1"]
        [files]
        temporary = ["/run"]
        """);
    RunState state = machine.startService("apache");
    assertThat(machine.brig("status", "apache").output()).doesNotContain("NOT");
    String held = machine.brig("audit", "apache").output();
    assertThat(held).containsPattern("directories, [1-9][0-9]* processes");
    assertThat(held).doesNotContain("outside-process", "false-device");

    apache("");
    ProcessHandle master = ProcessHandle.of(state.pid()).orElseThrow();
    new ProcessBuilder("kill", "-HUP", String.valueOf(master.pid())).start().waitFor();
    SelfProof proof = new SelfProof(state, site.toString());
    long deadline = System.nanoTime() + 30_000_000_000L;
    while ((proof.strays().isEmpty() || !proof.inside().isEmpty())
        && System.nanoTime() < deadline) {
      Thread.sleep(50);
    }
    Result status = machine.brig("status", "apache");
    assertThat(status.output())
        .containsPattern(
            "apache: process [0-9]+ \\(apache2\\) runs as uid 33 and is NOT in the jail");
    assertThat(machine.brig("status", "--json", "apache").output())
        .contains("\"root_verified\" : false")
        .containsPattern("\"outside\" : \\[\\s+[0-9]+");
    Result audit = machine.brig("audit", "apache");
    assertThat(audit.status()).isEqualTo(1);
    assertThat(audit.output()).contains("outside-process", "runs as uid 33 outside of the jail");
  }

  @Test
  void lighttpdIsHeldInItsServerChroot() throws Exception {
    Path configuration =
        Files.writeString(
            machine.home().resolve("lighttpd.conf"),
            """
            server.port = 80
            server.chroot = "%s"
            server.document-root = "/"
            server.username = "www-data"
            server.groupname = "www-data"
            """
                .formatted(site));
    Files.createDirectory(site.resolve("mnt")); // the prison break wants a place to work in
    jailfile(
        "light",
        "\"/usr/sbin/lighttpd\", \"-D\", \"-f\", \"" + configuration + "\"",
        "capabilities = [\"CAP_NET_BIND_SERVICE\"]\n[files]\nwritable = [\""
            + Files.createDirectory(site.resolve("uploads"))
            + "\"]\n");
    assertThat(machine.brig("run", "-d", "light").output()).contains(", in " + site);
    assertThat(machine.get("/index.html")).startsWith("HTTP/1.1 200 OK").contains("the site");
    assertThat(machine.brig("breakout", "light").output()).endsWith("32 held, 0 escaped.\n");
    assertThat(machine.brig("shell", "light", "--with-busybox", "--", "ls", "/").output())
        .contains("uploads")
        .doesNotContain("usr");
    assertThat(machine.brig("build", "light").output())
        .contains("there is nothing to build for light");
    assertThat(machine.brig("audit", "light").output())
        .contains("light: " + site + ", for www-data (uid 33);")
        .doesNotContain("service-writable", "root-process"); // who is root is outside of it
  }
}
