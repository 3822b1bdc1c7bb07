package brig.launch.up;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.Datagrams;
import brig.linux.Fd;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyslogRelayTest {
  @TempDir Path directory;

  private final List<String> otherwise = new ArrayList<>();

  private static void send(Fd socket, String text) throws Exception {
    assertThat(Datagrams.send(socket, text.getBytes(StandardCharsets.UTF_8))).isTrue();
  }

  private static String received(Fd socket) throws Exception {
    Datagrams.Message message = Datagrams.receive(socket);
    assertThat(message).isNotNull();
    return new String(message.bytes(), StandardCharsets.UTF_8);
  }

  private SyslogRelay relay(String host) throws Exception {
    SyslogRelay relay = SyslogRelay.open("www", directory.toString(), host, otherwise::add);
    assertThat(relay).isNotNull();
    return relay;
  }

  @Test
  void aMessageReachesTheHostsLogUnderTheJailsName() throws Exception {
    try (Fd host = Datagrams.bind(directory.toString(), "host", 0600);
        SyslogRelay relay = relay(directory + "/host");
        Fd jail = Datagrams.connect(directory.toString(), "log")) {
      send(jail, "<38>Nov 21 10:00:00 sshd[1]: Accepted password for root\nNov 21 forged: line");
      relay.pass();
      assertThat(received(host))
          .matches(
              "<38>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d jail/www\\["
                  + ProcessHandle.current().pid()
                  + "]: sshd\\[1]: Accepted password for root\\\\nNov 21 forged: line");
      send(jail, "<0>the kernel speaks");
      send(jail, "<999>no such priority");
      send(jail, "none at all");
      relay.pass();
      assertThat(received(host)).startsWith("<8>").endsWith("the kernel speaks");
      assertThat(received(host)).startsWith("<13>");
      assertThat(received(host)).startsWith("<13>").endsWith(": none at all");
      assertThat(otherwise).isEmpty();
    }
  }

  @Test
  void aFloodIsCutAndWhereNobodyListensTheMessagesGoElsewhere() throws Exception {
    try (SyslogRelay relay = relay(directory + "/absent");
        Fd jail = Datagrams.connect(directory.toString(), "log")) {
      for (int i = 0; i < 300; i++) {
        send(jail, "<13>flood");
        relay.pass();
      }
      assertThat(otherwise).hasSize(SyslogRelay.MOST).allMatch(line -> line.endsWith(": flood"));
    }
  }

  @Test
  void aSocketThatTheHostsDaemonHasIsLeftToIt() throws Exception {
    try (Fd daemon = Datagrams.bind(directory.toString(), "log", 0666)) {
      assertThat(daemon.number()).isNotNegative();
      assertThat(SyslogRelay.open("www", directory.toString(), "/dev/log", otherwise::add))
          .isNull();
    }
    try (SyslogRelay relay = relay("/dev/log")) { // it has ended and left its name behind
      assertThat(relay.fd().number()).isNotNegative();
    }
  }
}
