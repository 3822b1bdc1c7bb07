package brig.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import brig.testing.Gcc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A library that a jailed service uses is upgraded by dpkg and by apt themselves, from packages
 * that the test makes, on this machine with a layer over it.
 */
@Tag("service")
class UpgradeTest {
  private static final int PORT = 7707;

  private static final String SERVER =
      """
      #include <arpa/inet.h>
      #include <string.h>
      #include <sys/socket.h>
      #include <unistd.h>
      const char *greet(void);
      int main(void) {
        struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(%d) };
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
        setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (bind(s, (struct sockaddr *)&at, sizeof at) || listen(s, 8)) return 1;
        for (;;) {
          int c = accept(s, 0, 0);
          write(c, greet(), strlen(greet()));
          close(c);
        }
      }
      """
          .formatted(PORT);

  private static final String GREETING =
      "const char *word(void); const char *greet(void) { return word(); }";

  @TempDir Path dir;
  private OverlaidMachine machine;

  @BeforeEach
  void install() throws IOException {
    Path place = Files.createDirectories(dir.resolve("machine"));
    machine = new OverlaidMachine(place);
    for (String version : List.of("1.0-1", "1.1-1", "1.2-1", "1.3-1")) {
      machine.copyIn(library(version), "/root/libgreet1_" + version + ".deb");
    }
    machine.copyIn(program(), "/root/greeter.deb");
    ok(machine.sh("dpkg -i /root/libgreet1_1.0-1.deb /root/greeter.deb && ldconfig"));
    jailfile("");
    ok(machine.brig("run", "-d", "greeter"));
  }

  @AfterEach
  void stop() throws IOException {
    machine.close();
    assertThat(Path.of("/etc/apt/apt.conf.d/80brig")).doesNotExist();
    assertThat(Path.of("/etc/dpkg/dpkg.cfg.d/brig")).doesNotExist();
  }

  private void jailfile(String more) throws IOException {
    machine.write(
        OverlaidMachine.HOME + "/etc/greeter.toml",
        "command = [\"/usr/bin/greeter\"]\nuser = \"nobody\"\n"
            + more
            + "[network]\nlisten = ["
            + PORT
            + "]\n");
  }

  /** Two libraries: one whose file has the version in its name, as most have, and one without. */
  private Path library(String version) throws IOException {
    String point = version.substring(2, 3);
    Path tree = dir.resolve("libgreet-" + version);
    Path lib = tree.resolve("usr/lib");
    Gcc.library(
        lib.resolve("libword.so.1"),
        "const char *word(void) { return \"" + version + "\\n\"; }",
        "-Wl,-soname,libword.so.1");
    String file = "libgreet.so.1.0." + point;
    Gcc.library(
        lib.resolve(file),
        GREETING,
        "-Wl,-soname,libgreet.so.1",
        lib.resolve("libword.so.1").toString());
    Files.createSymbolicLink(lib.resolve("libgreet.so.1"), Path.of(file));
    return deb(tree, "libgreet1", version, "");
  }

  private Path program() throws IOException {
    Path tree = dir.resolve("greeter");
    Path lib = dir.resolve("libgreet-1.0-1/usr/lib");
    Gcc.compile(
        tree.resolve("usr/bin/greeter"),
        SERVER,
        lib.resolve("libgreet.so.1").toString(),
        "-Wl,-rpath-link," + lib);
    return deb(tree, "greeter", "1.0-1", "Depends: libgreet1\n");
  }

  private Path deb(Path tree, String name, String version, String more) throws IOException {
    Gcc.run(List.of("find", tree.toString(), "-name", "*.c", "-delete"), Map.of());
    String architecture = Gcc.run(List.of("dpkg", "--print-architecture"), Map.of()).strip();
    Files.createDirectories(tree.resolve("DEBIAN"));
    Files.writeString(
        tree.resolve("DEBIAN/control"),
        "Package: %s\nVersion: %s\nArchitecture: %s\n".formatted(name, version, architecture)
            + more
            + "Maintainer: test <test@example.org>\nDescription: for a test\n");
    Path file = dir.resolve(name + "_" + version + ".deb");
    Gcc.run(
        List.of("dpkg-deb", "--root-owner-group", "-Znone", "-b", tree.toString(), file.toString()),
        Map.of());
    return file;
  }

  private static String ok(OverlaidMachine.Result result) {
    assertThat(result.status()).as(result.output()).isZero();
    return result.output();
  }

  /** What the service answers. */
  private String ask() throws IOException {
    return ok(machine.sh("exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/" + PORT + "; cat <&3'"))
        .strip();
  }

  @Test
  void case22_anUpgradeReachesTheJailInOneSyncAndTheServiceAfterItsRestart() throws IOException {
    assertThat(ask()).isEqualTo("1.0-1");
    assertThat(ok(machine.brig("diff", "greeter"))).endsWith("no difference\n");

    ok(machine.sh("dpkg -i /root/libgreet1_1.1-1.deb"));
    OverlaidMachine.Result diff = machine.brig("diff", "greeter");
    assertThat(diff.status()).isEqualTo(1);
    String because = "greeter.toml:1 -> /usr/bin/greeter -> NEEDED libgreet.so.1";
    assertThat(diff.output())
        .contains(
            "~ /usr/lib/libword.so.1: host upgraded from 1.0-1 to 1.1-1 by package libgreet1\n")
        .contains(
            "- /usr/lib/libgreet.so.1.0.0: gone from the host, where it was of package libgreet1"
                + " 1.0-1\n")
        .contains("+ /usr/lib/libgreet.so.1.0.1: new file of package libgreet1 1.1-1: " + because)
        .contains(
            "~ /usr/lib/libgreet.so.1: led to libgreet.so.1.0.0, leads to libgreet.so.1.0.1\n");
    assertThat(machine.brig("status").output())
        .contains("greeter is stale: the host has changed: /");
    assertThat(machine.brig("list").output()).contains("yes\n");

    assertThat(ok(machine.brig("hook", "run")))
        .isEqualTo(
            "brig: greeter: generation 2: libgreet1 1.0-1 to 1.1-1, 1 other changed, 1 new,"
                + " 1 gone\n"
                + "greeter: the service runs generation 1 and wants a restart:"
                + " brig stop greeter && brig run -d greeter\n");
    assertThat(ask()).as("the service keeps its root").isEqualTo("1.0-1");
    assertThat(machine.brig("status", "greeter").output())
        .contains("greeter: runs generation 1, 2 is current: stop and run it to change over\n")
        .contains(
            "greeter: it has replaced files in its memory: /usr/lib/libgreet.so.1.0.0,"
                + " /usr/lib/libword.so.1\n");
    assertThat(ok(machine.brig("diff", "greeter"))).endsWith("no difference\n");

    ok(machine.brig("stop", "greeter"));
    ok(machine.brig("run", "-d", "greeter"));
    assertThat(ask()).isEqualTo("1.1-1");

    ok(machine.brig("rollback", "greeter"));
    ok(machine.brig("stop", "greeter"));
    ok(machine.brig("run", "-d", "greeter"));
    assertThat(ask()).as("rolled back").isEqualTo("1.0-1");
  }

  @Test
  void theHooksOfDpkgAndAptSyncAndRestartAndNeverBreakThePackageManager() throws IOException {
    jailfile("on_sync = \"restart\"\n");
    ok(machine.brig("build", "greeter"));
    assertThat(machine.brig("hook", "status").status()).isEqualTo(1);
    assertThat(ok(machine.brig("hook", "install")))
        .contains("apt: /etc/apt/apt.conf.d/80brig: written\n")
        .contains("dpkg: /etc/dpkg/dpkg.cfg.d/brig: written\n");
    ok(machine.brig("hook", "status"));

    String dpkg = ok(machine.sh("dpkg -i /root/libgreet1_1.1-1.deb"));
    assertThat(dpkg)
        .contains("brig: greeter: generation 3: libgreet1 1.0-1 to 1.1-1")
        .contains("greeter: killed, for it has no handler for its stop signal")
        .contains("greeter: running, pid ")
        .containsOnlyOnce("brig: greeter: generation");
    assertThat(ask()).isEqualTo("1.1-1");

    String apt =
        ok(
            machine.sh(
                "apt-get install -y -o Dir::Etc::sourcelist=/dev/null"
                    + " -o Dir::Etc::sourceparts=/dev/null /root/libgreet1_1.2-1.deb"));
    assertThat(apt)
        .as("once, though apt runs dpkg several times")
        .containsOnlyOnce("brig: greeter: generation 4: libgreet1 1.1-1 to 1.2-1");
    assertThat(ask()).isEqualTo("1.2-1");

    assertThat(ok(machine.sh("dpkg -i /root/libgreet1_1.2-1.deb")))
        .as("the same once more: nothing but times has changed")
        .doesNotContain("cannot");

    machine.write(OverlaidMachine.BRIG, "#!/bin/sh\necho broken >&2\nexit 111\n");
    ok(machine.sh("chmod 755 " + OverlaidMachine.BRIG));
    assertThat(ok(machine.sh("dpkg -i /root/libgreet1_1.3-1.deb"))).contains("broken\n");
    ok(machine.sh("rm " + OverlaidMachine.BRIG + " && dpkg -r greeter"));
  }

  @Test
  void aJailThatCannotBeSyncedHoldsUpNeitherTheOthersNorThePackageManager() throws IOException {
    ok(machine.brig("hook", "install"));
    machine.write(
        OverlaidMachine.HOME + "/etc/broken.toml",
        "command = [\"/usr/bin/sleep\", \"600\"]\nuser = \"nobody\"\n");
    ok(machine.brig("build", "broken"));
    machine.write(OverlaidMachine.HOME + "/etc/broken.toml", "comand = 1\n");
    String dpkg = ok(machine.sh("dpkg -i /root/libgreet1_1.1-1.deb"));
    assertThat(dpkg)
        .contains("brig: unknown key 'comand'")
        .contains("brig: greeter: generation 2: libgreet1 1.0-1 to 1.1-1");
    assertThat(ok(machine.brig("hook", "remove"))).contains("dpkg.cfg.d/brig: removed\n");
    assertThat(ok(machine.sh("dpkg -i /root/libgreet1_1.2-1.deb"))).doesNotContain("brig:");
  }
}
