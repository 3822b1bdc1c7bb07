package brig.hole.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.linux.Datagrams;
import brig.linux.Fd;
import brig.linux.ProcessStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reaches a socket that stands in for syslog's or the journal's. */
class DatagramLogTest {
  @TempDir Path directory;

  private Fd daemon() throws Exception {
    return Datagrams.bind(directory.toString(), "log", 0600);
  }

  private String socket() {
    return directory + "/log";
  }

  private static String received(Fd daemon) throws Exception {
    Datagrams.Message message = Datagrams.receive(daemon);
    return message == null ? null : new String(message.bytes(), StandardCharsets.US_ASCII);
  }

  private static AuditRecord record() {
    return AuditRecord.of("started").with("job", "report").with("user", "an\nne\u2028");
  }

  @Test
  void syslogGetsOneLineWithFacilityNameAndNumber() throws Exception {
    try (Fd daemon = daemon();
        DatagramLog log = DatagramLog.syslog(socket())) {
      assertThat(log.write(record())).isTrue();
      assertThat(received(daemon))
          .startsWith("<86>brig-hole[" + ProcessStatus.self() + "]: {\"time\":\"2")
          .endsWith("\"event\":\"started\",\"job\":\"report\",\"user\":\"an\\nne\\u2028\"}");
    }
  }

  @Test
  void theJournalGetsFieldsOnLinesOfTheirOwn() throws Exception {
    try (Fd daemon = daemon();
        DatagramLog log = DatagramLog.journald(socket())) {
      assertThat(log.write(record())).isTrue();
      assertThat(received(daemon))
          .startsWith(
              "SYSLOG_IDENTIFIER=brig-hole\nSYSLOG_FACILITY=10\nPRIORITY=6\nMESSAGE={\"time\":\"2")
          .endsWith("\"user\":\"an\\nne\\u2028\"}\n");
    }
  }

  @Test
  void whatSyslogWouldCutInTheMiddleIsCutBeforeAndStaysAnObject() throws Exception {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < 90; i++) {
      values.put("field" + i, "\u00e9".repeat(3000));
    }
    try (Fd daemon = daemon();
        DatagramLog log = DatagramLog.syslog(socket())) {
      assertThat(log.write(record().with("values", values))).isTrue();
      assertThat(received(daemon)).hasSizeLessThan(8000).endsWith("...\"},\"cut\":true}");
      values.clear();
      for (int i = 0; i < 900; i++) {
        values.put("field" + i, "false");
      }
      assertThat(log.write(record().with("values", values))).isTrue();
      assertThat(received(daemon)).hasSizeLessThan(8000).endsWith("\"cut\":true}");
    }
  }

  @Test
  void aDaemonThatWasStartedAnewIsFoundAndOneThatIsAwayIsTold() throws Exception {
    assertThatThrownBy(() -> DatagramLog.syslog(socket())).hasMessageContaining("ENOENT");
    Fd first = daemon();
    try (DatagramLog log = DatagramLog.syslog(socket())) {
      assertThat(log.write(record())).isTrue();
      first.close();
      assertThat(log.write(record())).isFalse();
      log.reopen(); // SIGHUP meanwhile is no mistake
      assertThat(log.write(record())).isFalse();
      try (Fd second = daemon()) {
        assertThat(log.write(record())).isTrue();
        assertThat(received(second)).contains("\"event\":\"started\"");
      }
    }
  }

  @Test
  void aDaemonThatReadsNothingKeepsNobodyWaiting() throws Exception {
    try (Fd daemon = daemon();
        DatagramLog log = DatagramLog.syslog(socket())) {
      int taken = 0;
      while (taken < 100_000 && log.write(record())) {
        taken++;
      }
      assertThat(taken).isBetween(1, 99_999);
      while (received(daemon) != null) {
        // it reads again
      }
      assertThat(log.write(record())).isTrue();
    }
  }
}
