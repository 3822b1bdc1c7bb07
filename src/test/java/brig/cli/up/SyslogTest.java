package brig.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Debian's rsyslog, told of a jail by what brig syslog prints. */
@Tag("service")
class SyslogTest {
  private Installation machine;
  private Process rsyslog;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    machine.jailfile(
        "www",
        """
        command = ["/bin/busybox", "sh", "-c", "while :; do /bin/busybox logger -t jail-other hello; /bin/busybox sleep 1; done"]
        user = "nobody"
        [features]
        syslog = true
        """);
  }

  @AfterEach
  void endAll() throws Exception {
    if (rsyslog != null) {
      rsyslog.destroyForcibly().waitFor();
    }
    machine.close();
  }

  @Test
  void rsyslogTakesWhatAJailSendsUnderTheJailsNameAndNothingOfBrigStays() throws Exception {
    Path home = machine.home();
    Path directory = Files.createDirectories(home.resolve("rsyslog"));
    Installation.Result written = machine.brig("syslog", "--write=" + directory, "www");
    assertThat(written.status()).as(written.output()).isZero();
    assertThat(Files.readString(directory.resolve("brig-www.conf")))
        .isEqualTo(machine.brig("syslog", "www").output());

    Installation.Result unheard = machine.brig("run", "-d", "www");
    assertThat(unheard.output())
        .contains("www: nobody takes what it sends to /dev/log; brig syslog");
    machine.brig("stop", "www");

    Path log = home.resolve("log");
    Path configuration = home.resolve("rsyslog.conf");
    Files.writeString(
        configuration,
        "module(load=\"imuxsock\" SysSock.Use=\"off\")\n"
            + ("include(file=\"" + directory + "/*.conf\")\n")
            + ("*.* action(type=\"omfile\" file=\"" + log + "\")\n"));
    rsyslog =
        machine.start(
            List.of("rsyslogd", "-n", "-f", configuration.toString(), "-i", home + "/rsyslog.pid"));
    Path socket = Path.of(machine.paths().outlets("www") + "/log");
    await(() -> Files.exists(socket), "rsyslogd made no " + socket);

    Installation.Result started = machine.brig("run", "-d", "www");
    assertThat(started.output()).doesNotContain("nobody takes");
    await(() -> Files.exists(log) && !Files.readString(log).isEmpty(), "nothing was logged");
    assertThat(Files.readString(log, StandardCharsets.UTF_8).lines().findFirst().orElseThrow())
        .containsPattern(" jail-www jail-other(\\[\\d+])?: hello");
    assertThat(machine.brig("audit", "www").output()).doesNotContain("HIGH");
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition, String otherwise) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as(otherwise).isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
