package brig.web.fastcgi;

import static org.assertj.core.api.Assertions.assertThat;

import brig.web.cgi.PlainServer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** All of it once more, and what only the selecting thread can meet. */
class SelectedFastCgiTest extends FastCgiHandlerTest {
  private static final String GET = "GET /a.php HTTP/1.1\r\nHost: a\r\n";

  @Override
  boolean selected() {
    return true;
  }

  private static byte[] output(String text) {
    return RecordTest.record(6, 1, text.getBytes(StandardCharsets.ISO_8859_1), 3);
  }

  private static byte[] over() {
    return RecordTest.record(3, 1, new byte[8], 0);
  }

  @Test
  void anAnswerInManyRecordsAndOneTooLargeForOneReadAreWhole() throws Exception {
    String large = "y".repeat(60_000);
    try (FakeApplication app =
            application(
                (channel, number) -> {
                  FakeApplication.request(channel);
                  FakeApplication.write(
                      channel, RecordTest.join(output("Status: 200\n\n"), output("first"), over()));
                  FakeApplication.request(channel);
                  FakeApplication.write(
                      channel,
                      RecordTest.join(
                          output("Status: 200\n\na"),
                          output(""),
                          output("b"),
                          output("c"),
                          over()));
                  FakeApplication.request(channel);
                  FakeApplication.write(
                      channel,
                      RecordTest.join(
                          output("Status: 200\n\n"), output(large), output("z"), over()));
                  FakeApplication.request(channel);
                  FakeApplication.write(
                      channel,
                      RecordTest.join(
                          RecordTest.record(7, 1, "said".getBytes(StandardCharsets.UTF_8), 0),
                          output("Status: 204\n\n"),
                          over()));
                  Thread.sleep(60_000);
                });
        PlainServer server = server(20_000)) {
      assertThat(server.get("/a.php")).endsWith("\r\n\r\nfirst");
      assertThat(server.get("/a.php")).endsWith("\r\n\r\nabc");
      assertThat(server.get("/a.php")).endsWith(large + "z");
      assertThat(server.get("/a.php")).startsWith("HTTP/1.1 204 ");
      assertThat(app.connections()).isEqualTo(1);
      assertThat(errors()).containsExactly("fastcgi /a.php: said");
    }
  }

  @Test
  void oneThatAnswersAndThenFallsSilentIsWaitedForSoLongOnly() throws Exception {
    try (FakeApplication _ =
            application(
                (channel, number) -> {
                  FakeApplication.request(channel);
                  FakeApplication.write(
                      channel, RecordTest.join(output("Status: 200\n\n"), over()));
                  FakeApplication.request(channel);
                  Thread.sleep(60_000);
                });
        PlainServer server = server(300)) {
      assertThat(server.get("/a.php")).startsWith("HTTP/1.1 200 ");
      assertThat(server.get("/a.php")).startsWith("HTTP/1.1 504 ");
      assertThat(errors()).containsExactly("fastcgi /a.php: it did not answer in time");
    }
  }

  @Test
  void whatComesLateGoesOnAsItComes() throws Exception {
    CountDownLatch firstSeen = new CountDownLatch(1);
    try (FakeApplication _ =
            application(
                (channel, number) -> {
                  FakeApplication.request(channel);
                  FakeApplication.write(
                      channel, RecordTest.join(output("Status: 200\n\n"), over()));
                  FakeApplication.request(channel);
                  FakeApplication.write(channel, output("Status: 200\n\nhalf"));
                  firstSeen.await();
                  FakeApplication.write(channel, RecordTest.join(output(" and half"), over()));
                  FakeApplication.request(channel);
                  FakeApplication.write(
                      channel, RecordTest.join(output("Status: 200\n\nagain"), over()));
                  Thread.sleep(60_000);
                });
        PlainServer server = server(20_000)) {
      assertThat(server.get("/a.php")).startsWith("HTTP/1.1 200 ");
      try (java.net.Socket client = server.connect()) {
        PlainServer.send(client, GET + "Connection: close\r\n\r\n");
        assertThat(PlainServer.until(client, "half")).startsWith("HTTP/1.1 200 ");
        firstSeen.countDown();
        assertThat(PlainServer.rest(client)).contains(" and half");
      }
      assertThat(server.get("/a.php")).endsWith("\r\n\r\nagain");
    }
  }
}
