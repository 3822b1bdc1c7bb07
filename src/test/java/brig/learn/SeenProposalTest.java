package brig.learn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import brig.report.BrigException;
import brig.spec.JailSpec;
import brig.spec.JailfileReader;
import brig.spec.LockFile;
import brig.spec.LockFileWriter;
import brig.spec.LockedJailfile;
import brig.trace.Access;
import brig.trace.TraceEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What calls and sockets become: evidence in the lock file, lines proposed for the jailfile. */
class SeenProposalTest {
  private static final String GOOD = "command = [\"/usr/sbin/www\"]\nuser = \"www-data\"\n";

  private static TraceEvent event(
      Access access, @Nullable String path, @Nullable String address, @Nullable String protocol) {
    return new TraceEvent(
        7, 7, "/usr/sbin/www", "x", access, "", path, null, null, address, protocol, 0);
  }

  private static JailSpec spec(String jailfile, LockFile lock) throws BrigException {
    return JailfileReader.read(
        "www",
        "/etc/brig/www.toml",
        LockedJailfile.join((GOOD + jailfile).getBytes(UTF_8), LockFileWriter.bytes(lock)));
  }

  private static LockFile seen() {
    Footprint footprint = new Footprint();
    footprint.call("listen");
    footprint.call("accept4");
    footprint.call("listen");
    footprint.socket(event(Access.BIND, null, "0.0.0.0:8080", "TCP"), null);
    footprint.socket(event(Access.BIND, null, "[::]:443", "TCPv6"), null);
    footprint.socket(event(Access.BIND, null, "0.0.0.0:53", "UDP"), null);
    footprint.socket(event(Access.BIND, null, "0.0.0.0:0", "TCP"), null);
    footprint.socket(event(Access.CONNECT, null, "10.0.0.7:5432", "TCP"), null);
    footprint.socket(event(Access.CONNECT, null, "@abstract", "UNIX-STREAM"), null);
    footprint.socket(event(Access.CONNECT, "/j/run/db.sock", null, null), "/run/db.sock");
    footprint.socket(event(Access.BIND, "/j/run/own.sock", null, null), "/run/own.sock");
    LockFile none = LockFile.none("www.lock.toml");
    return none.with(footprint.and(none));
  }

  @Test
  void whatWasSeenIsKeptSortedAndAddsUp() {
    String text = new String(LockFileWriter.bytes(seen()), UTF_8);
    assertThat(text)
        .contains(
            """
            [seccomp]
            calls = [
              "accept4",
              "listen",
            ]

            [network]
            listen = [443, 8080]
            connect = [5432]
            sockets = [
              "/run/db.sock",
            ]
            """);
    Footprint later = new Footprint();
    later.call("bind");
    later.socket(event(Access.BIND, null, "127.0.0.1:80", "TCP"), null);
    LockFile more = seen().with(later.and(seen()));
    assertThat(more.seen().calls())
        .extracting(call -> call.value())
        .containsExactly("accept4", "bind", "listen");
    assertThat(more.seen().listen())
        .extracting(port -> port.value())
        .containsExactly(80, 443, 8080);
  }

  @Test
  void whatTheJailfileDoesNotSayIsProposed() throws BrigException {
    LockFile lock = seen();
    assertThat(SeenProposal.of(spec("", lock), lock.seen()))
        .containsExactly(
            "[network]",
            "listen = [443, 8080]",
            "connect = [5432]",
            "[sockets]",
            "\"/run/db.sock\" = \"/run/db.sock\"",
            "[seccomp]",
            "profile = \"learned\"",
            "mode = \"log\"");
  }

  @Test
  void whatItSaysAlreadyIsNot() throws BrigException {
    LockFile lock = seen();
    JailSpec spec =
        spec(
            """
            [network]
            sockets = ["0.0.0.0:8080"]
            listen = [443]
            connect = [5432]
            [sockets]
            "/run" = "/run/www"
            [seccomp]
            profile = "learned"
            """,
            lock);
    assertThat(SeenProposal.of(spec, lock.seen())).isEmpty();
  }

  @Test
  void aPortThatIsAllowedAndWasNeverUsedIsToldByItsAbsence() throws BrigException {
    LockFile lock = seen();
    JailSpec spec = spec("[network]\nlisten = [443, 8080, 9000]\nconnect = \"any\"\n", lock);
    assertThat(SeenProposal.of(spec, lock.seen()))
        .startsWith("[network]", "listen = [443, 8080]", "connect = [5432]");
  }
}
