package brig.cli.learn;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a run saw: the calls become a profile, the ports a proposal, and what nobody touched leaves.
 * The service is Debian's perl, which the rules give a large tree.
 */
@Tag("service")
class SeenServiceTest {
  private static final String SERVICE =
      """
      use strict; use Socket; use POSIX ();
      socket(my $s, PF_INET, SOCK_STREAM, 0) or die "socket $!";
      setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
      bind($s, sockaddr_in(47114, INADDR_LOOPBACK)) or die "bind $!";
      listen($s, 5) or die "listen $!";
      while (accept(my $c, $s)) {
        sysread($c, my $request, 4096);
        mkdir "/data/late" if $request =~ m{/late};
        opendir(my $d, "/usr/share/perl/5.36") if $request =~ m{/many};
        my $few = $request =~ m{/many} && (() = readdir($d)) < 60;
        my $answer = $few ? "500 Few" : $request =~ m{/late} && !-d "/data/late" ? "503 Refused" : "200 OK";
        rmdir "/data/late";
        syswrite($c, "HTTP/1.0 $answer\\r\nContent-Length: 2\\r\n\\r\nok");
        close($c);
      }
      """;

  private Installation machine;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    Files.writeString(machine.home().resolve("service.pl"), SERVICE);
    jailfile("");
  }

  @AfterEach
  void end() throws Exception {
    machine.close();
  }

  private void jailfile(String more) throws IOException {
    machine.jailfile(
        "seen",
        """
        command = ["/usr/bin/perl", "/srv/service.pl"]
        user = "nobody"
        [files]
        map = { "/srv/service.pl" = "%s/service.pl" }
        writable = ["/data"]
        %s
        """
            .formatted(machine.home(), more));
  }

  private static String url(String path) {
    return "http://127.0.0.1:47114/" + path;
  }

  private String lock() throws IOException {
    return Files.readString(machine.home().resolve("etc/seen.lock.toml"));
  }

  @Test
  void callsAndPortsAreLearnedAndTheProfileHoldsWhatWasNotSeen() throws Exception {
    Result learned = machine.brig("learn", "--probe", url(""), "seen");
    assertThat(learned.status()).as(learned.output()).isZero();
    assertThat(lock())
        .contains("[seccomp]\ncalls = [\n", "  \"bind\",\n", "[network]\nlisten = [47114]\n")
        .doesNotContain("\"mkdir\"", "connect");
    assertThat(learned.output())
        .contains("by what was seen:\n  [network]\n  listen = [47114]\n  [seccomp]\n");

    jailfile("[seccomp]\nprofile = \"learned\"\n");
    machine.startService("seen");
    assertThat(machine.run(List.of("curl", "-sf", url(""))).status()).isZero();
    Result late =
        machine.run(List.of("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", url("late")));
    assertThat(late.output()).isEqualTo("503");
    assertThat(machine.brig("stop", "seen").status()).isZero();

    // A run that shows the call makes it one of the profile's.
    assertThat(machine.brig("learn", "--probe", url("late"), "seen").status()).isZero();
    assertThat(lock()).contains("  \"mkdir");
    machine.startService("seen");
    assertThat(machine.run(List.of("curl", "-sf", url("late"))).status()).isZero();
  }

  @Test
  void whatNoRunTouchedLeavesAndTheSmallerJailIsProved() throws Exception {
    Result proposed = machine.brig("learn", "--probe", url(""), "--shrink", "seen");
    assertThat(proposed.status()).as(proposed.output()).isZero();
    assertThat(proposed.output()).contains("Could be left out (--apply does it, and proves it):");
    assertThat(lock()).doesNotContain("unused");
    long before = files();

    Result applied = machine.brig("learn", "--probe", url(""), "--shrink", "--apply", "seen");
    assertThat(applied.status()).as(applied.output()).isZero();
    assertThat(applied.output())
        .contains("The probe passes. What is left out is in ")
        .contains("threads that are cancelled load it");
    assertThat(lock()).contains("unused = [\n");
    assertThat(files()).isLessThan(before * 2 / 3);
    everyLibraryIsFound();
    Result why = machine.brig("why", "seen", "/usr/share/perl/5.36.0/CPAN.pm");
    assertThat(why.output()).contains("is left out by unused");

    machine.startService("seen");
    assertThat(machine.run(List.of("curl", "-sf", url(""))).status()).isZero();
    assertThat(machine.brig("stop", "seen").status()).isZero();
  }

  @Test
  void aSmallerJailThatFailsIsPutBack() throws Exception {
    assertThat(machine.brig("learn", "--probe", url("many"), "seen").status()).isZero();
    String before = lock();
    long files = files();
    Result applied =
        machine.brig(
            "learn", "--probe", url("many"), "--patience", "2", "--shrink", "--apply", "seen");
    assertThat(applied.status()).as(applied.output()).isEqualTo(1);
    assertThat(applied.output()).contains("seen: is as it was: ", "the run did not pass: ", "500");
    assertThat(lock()).isEqualTo(before).doesNotContain("unused");
    assertThat(files()).isEqualTo(files);
    machine.startService("seen");
    assertThat(machine.run(List.of("curl", "-sf", url("many"))).status()).isZero();
  }

  private Path root() throws IOException {
    return Path.of(machine.paths().current("seen")).toRealPath().resolve("root");
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(root())) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  /** The loader itself is asked, of every program and library that is left. */
  private void everyLibraryIsFound() throws Exception {
    List<Path> objects;
    try (Stream<Path> all = Files.walk(root())) {
      objects =
          all.filter(p -> p.toString().matches(".*(/bin/[^/]+|\\.so(\\.[0-9.]+)?)$")).toList();
    }
    assertThat(objects).anyMatch(object -> object.toString().endsWith(".so"));
    for (Path object : objects) {
      if (Files.isRegularFile(object, LinkOption.NOFOLLOW_LINKS)) {
        Result listed =
            machine.run(
                List.of(
                    "chroot",
                    root().toString(),
                    "/lib64/ld-linux-x86-64.so.2",
                    "--list",
                    "/" + root().relativize(object)));
        assertThat(listed.output())
            .as(object.toString())
            .doesNotContain("cannot open shared object file");
      }
    }
  }
}
