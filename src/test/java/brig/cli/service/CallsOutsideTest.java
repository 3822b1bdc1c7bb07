package brig.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A service with a profile in a file: a call outside is refused, or let through, and named. */
@Tag("root")
class CallsOutsideTest {
  private static final long DEADLINE_MILLIS = 40_000;

  private Installation machine;
  private Path profile;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    profile = machine.home().resolve("www.calls");
    Files.writeString(
        profile,
        """
        # a shell of Debian's that sleeps, and mkdir without mkdir(2)
        access
        arch_prctl
        dup3
        faccessat
        fcntl
        fstat
        getcwd
        getegid
        geteuid
        getgid
        getppid
        getuid
        newfstatat
        openat
        pipe2
        prctl
        readlink
        readlinkat
        stat
        statfs
        umask
        uname
        wait4
        """);
  }

  @AfterEach
  void end() throws Exception {
    machine.close();
  }

  private void jailfile(String mode) throws Exception {
    machine.jailfile(
        "www",
        """
        command = ["/bin/sh", "-c", "while :; do mkdir /data/d && rmdir /data/d; sleep 1; done"]
        user = "nobody"
        [files]
        programs = ["/bin/mkdir", "/bin/rmdir", "/bin/sleep"]
        writable = ["/data"]
        [seccomp]
        profile = "%s"
        mode = "%s"
        """
            .formatted(profile, mode));
  }

  private String untilTold(String word) throws Exception {
    long deadline = System.currentTimeMillis() + DEADLINE_MILLIS;
    String told = "";
    while (System.currentTimeMillis() < deadline) {
      Installation.Result result = machine.brig("logs", "--calls", "www");
      assertThat(result.status()).as(result.output()).isZero();
      told = result.output();
      if (told.contains("mkdir")) {
        return told;
      }
      Thread.sleep(500);
    }
    throw new AssertionError(word + ": " + told + machine.brig("logs", "www").output());
  }

  @Test
  void itIsRefusedAndNamed() throws Exception {
    jailfile("enforce");
    machine.startService("www");
    assertThat(untilTold("refused"))
        .containsPattern("mkdir(at)? +refused +[0-9]+ .* /usr/bin/mkdir\n");
    assertThat(machine.brig("logs", "www").output())
        .contains("cannot create directory '/data/d': Operation not permitted");
    assertThat(machine.brig("logs", "--calls", "--json", "www").output())
        .contains("\"answer\" : \"refused\"")
        .containsPattern("\"programs\" : \\[\\s+\"/usr/bin/mkdir\"");
  }

  @Test
  void withModeLogItIsLetThroughAndNamed() throws Exception {
    jailfile("log");
    machine.startService("www");
    assertThat(untilTold("let through"))
        .containsPattern("mkdir(at)? +let through +[0-9]+ .* /usr/bin/mkdir\n");
    assertThat(machine.brig("logs", "www").output()).doesNotContain("not permitted");
    assertThat(machine.brig("status", "www").output())
        .containsPattern(
            "www: it made calls outside its profile: mkdir(at)?(, [a-z0-9_]+)*; brig logs");
    assertThat(machine.brig("status", "--json", "www").output())
        .containsPattern("\"calls_outside\" : \\[\\s+\"mkdir");
    assertThat(machine.brig("audit", "www").output())
        .contains("low     call-outside: a system call outside the profile of the service")
        .containsPattern("/usr/bin/mkdir called mkdir(at)?, which was let through");
  }

  @Test
  void whoLooksOnIsToldOfEachCallThatIsMade() throws Exception {
    jailfile("log");
    machine.startService("www");
    // In the network namespace of the machine, not of the test: the kernel tells nobody elsewhere.
    ProcessBuilder builder =
        new ProcessBuilder(Installation.commandLine("logs", "--calls", "--follow", "www"));
    builder.environment().put("BRIG_HOME", machine.home().toString());
    Path told = machine.home().resolve("told");
    Process follower = builder.redirectErrorStream(true).redirectOutput(told.toFile()).start();
    long deadline = System.currentTimeMillis() + DEADLINE_MILLIS;
    while (!Files.readString(told).contains("rmdir") && System.currentTimeMillis() < deadline) {
      Thread.sleep(200);
    }
    assertThat(machine.brig("stop", "www").status()).isZero();
    assertThat(follower.waitFor(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    assertThat(Files.readString(told))
        .containsPattern("mkdir(at)? let through, by /usr/bin/mkdir\n")
        .containsPattern("rmdir let through, by /usr/bin/rmdir\n|unlinkat let through");
    Installation.Result gone = machine.brig("logs", "--calls", "-f", "www");
    assertThat(gone.status()).isEqualTo(111);
    assertThat(gone.output()).contains("cannot follow the calls of www: it does not run");
  }

  @Test
  void inModeBindTheyAreToldAsWell() throws Exception {
    jailfile("log");
    Path file = Path.of(machine.paths().jailfile("www"));
    Files.writeString(file, "mode = \"bind\"\n" + Files.readString(file));
    machine.startService("www");
    assertThat(untilTold("let through")).containsPattern("mkdir(at)? +let through");
  }

  @Test
  void aProfileWithMistakesStartsNothing() throws Exception {
    jailfile("enforce");
    Files.writeString(profile, "read\nwirte\n");
    Installation.Result result = machine.brig("run", "-d", "www");
    assertThat(result.status()).isEqualTo(100);
    assertThat(result.output())
        .contains("there is no system call 'wirte'. Did you mean 'write'? (" + profile + ":2:1)");
  }

  @Test
  void whatWasNeverLearnedIsToldWithTheRemedy() throws Exception {
    profile = Path.of("learned");
    jailfile("log");
    Installation.Result result = machine.brig("run", "-d", "www");
    assertThat(result.status()).isEqualTo(111);
    assertThat(result.output())
        .contains(
            "cannot start www: its profile of system calls is to be a learned one, and none was"
                + " learned. brig learn www learns it and writes it to ");
  }
}
