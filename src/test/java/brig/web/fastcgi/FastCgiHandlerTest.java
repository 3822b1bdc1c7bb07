package brig.web.fastcgi;

import static org.assertj.core.api.Assertions.assertThat;

import brig.web.cgi.PlainServer;
import brig.web.cgi.Scripts;
import brig.web.limits.Deadlines;
import brig.web.limits.Gate;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FastCgiHandlerTest {
  @TempDir Path directory;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
  private Path socket;

  @BeforeEach
  void site() throws Exception {
    socket = directory.resolve("app.sock");
    Files.createDirectory(directory.resolve("site"));
    Files.writeString(directory.resolve("site/a.php"), "");
    Files.writeString(directory.resolve("site/plain.txt"), "");
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  /** Whether answers may be heard by the thread that selects: the same must come of it. */
  boolean selected() {
    return false;
  }

  List<String> errors() {
    return errors;
  }

  PlainServer server(long silence) throws Exception {
    FastCgiClient client =
        new FastCgiClient(
            () -> UnixDomainSocketAddress.of(socket),
            1000,
            silence,
            10_000,
            new Deadlines(),
            threads);
    FastCgiSettings settings =
        new FastCgiSettings("/", ".php", "index.php", null, "/srv", 64 * 1024, Map.of());
    Scripts scripts = new Scripts(() -> directory.resolve("site").toString(), false);
    return new PlainServer(
        new FastCgiHandler(
            null, settings, client, scripts, new Gate(2, 1, 10_000, threads), errors::add),
        selected());
  }

  FakeApplication application(FakeApplication.Behaviour behaviour) throws Exception {
    return new FakeApplication(socket, behaviour);
  }

  private static void answer(java.nio.channels.SocketChannel channel, String text)
      throws Exception {
    FakeApplication.write(
        channel,
        RecordTest.join(
            RecordTest.record(6, 1, text.getBytes(StandardCharsets.ISO_8859_1), 0),
            RecordTest.record(3, 1, new byte[8], 0)));
  }

  @Test
  void oneConnectionCarriesManyRequests() throws Exception {
    try (FakeApplication app =
            application(
                (channel, number) -> {
                  while (true) {
                    FakeApplication.request(channel);
                    answer(channel, "Content-Type: text/plain\n\nhello");
                  }
                });
        PlainServer server = server(5000)) {
      // One after the other: each is read when the one before is over.
      String get = "GET /a.php HTTP/1.1\r\nHost: a\r\n";
      String answers = server.say((get + "\r\n").repeat(19) + get + "Connection: close\r\n\r\n");
      assertThat(answers.split("HTTP/1.1 200 OK\r\n", -1)).hasSize(21);
      assertThat(answers.split("Content-Length: 5\r\n", -1)).hasSize(21);
      assertThat(answers).endsWith("\r\n\r\nhello");
      assertThat(app.connections()).isEqualTo(1);
    }
  }

  @Test
  void aConnectionThatTheApplicationHasClosedIsNotUsedAgain() throws Exception {
    try (FakeApplication app =
            application(
                (channel, number) -> {
                  FakeApplication.request(channel);
                  answer(channel, "Status: 201\n\n");
                });
        PlainServer server = server(5000)) {
      for (int i = 1; i <= 5; i++) {
        assertThat(server.get("/a.php")).startsWith("HTTP/1.1 201 ");
      }
      assertThat(app.connections()).isEqualTo(5);
    }
  }

  @Test
  void aKeptConnectionThatIsClosedUnansweredIsReplacedForWhatChangesNothing() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (FakeApplication app =
            new FakeApplication(
                socket,
                (channel, number) -> {
                  FakeApplication.request(channel);
                  requests.incrementAndGet();
                  answer(channel, "Status: 201\n\n");
                  FakeApplication.request(channel);
                  requests.incrementAndGet();
                });
        PlainServer server = server(5000)) {
      for (int i = 0; i < 10; i++) {
        assertThat(server.get("/a.php")).startsWith("HTTP/1.1 201 ");
      }
      // A connection is put back after its answer is sent, so that a request may need a new one.
      String post =
          "POST /a.php HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx";
      String answer;
      do {
        int before = requests.get();
        answer = server.say(post);
        assertThat(requests.get() - before).isEqualTo(1);
      } while (answer.startsWith("HTTP/1.1 201 "));
      assertThat(answer).startsWith("HTTP/1.1 502 ");
      assertThat(app.connections()).isGreaterThan(1);
    }
  }

  @Test
  void anApplicationThatDiesInTheMiddleIsToldAsItIs() throws Exception {
    try (FakeApplication app =
            application(
                (channel, number) -> {
                  FakeApplication.request(channel);
                  if (number > 1) {
                    FakeApplication.say(channel, "Content-Type: text/plain\n\nhalf");
                    Thread.sleep(200); // so that the half is sent
                  }
                });
        PlainServer server = server(5000)) {
      assertThat(server.get("/a.php")).startsWith("HTTP/1.1 502 ");
      String half = server.get("/a.php");
      assertThat(half).startsWith("HTTP/1.1 200 ").contains("half").doesNotContain("\r\n0\r\n");
      assertThat(errors)
          .containsExactly(
              "fastcgi /a.php: it closed the connection in the middle of an answer",
              "fastcgi /a.php: it closed the connection in the middle of an answer");
      assertThat(app.connections()).isEqualTo(2);
    }
  }

  @Test
  void oneThatIsSilentIsWaitedForSoLongOnly() throws Exception {
    try (FakeApplication _ = application((channel, number) -> Thread.sleep(60_000));
        PlainServer server = server(300)) {
      assertThat(server.get("/a.php")).startsWith("HTTP/1.1 504 ");
      assertThat(errors).containsExactly("fastcgi /a.php: it did not answer in time");
    }
  }

  @Test
  void oneThatIsNotThereIsABadGateway() throws Exception {
    try (PlainServer server = server(300)) {
      assertThat(server.get("/a.php")).startsWith("HTTP/1.1 502 ");
      assertThat(errors)
          .singleElement()
          .asString()
          .startsWith("fastcgi /a.php: cannot connect to " + socket + ": ");
    }
  }

  @Test
  void oneThatSpeaksSomethingElseIsABadGateway() throws Exception {
    try (FakeApplication _ =
            application(
                (channel, number) -> {
                  FakeApplication.request(channel);
                  FakeApplication.write(
                      channel, "HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                });
        PlainServer server = server(5000)) {
      assertThat(server.get("/a.php")).startsWith("HTTP/1.1 502 ");
      assertThat(errors)
          .containsExactly("fastcgi /a.php: a record of version 72, not of FastCGI 1");
    }
  }

  @Test
  void bothSidesStream() throws Exception {
    CountDownLatch firstSeen = new CountDownLatch(1);
    try (FakeApplication _ =
            application(
                (channel, number) -> {
                  FakeApplication.say(channel, "Content-Type: text/plain\n\nfirst");
                  firstSeen.await();
                  String body = FakeApplication.request(channel);
                  answer(channel, " then " + body.length());
                });
        PlainServer server = server(20_000);
        Socket client = server.connect()) {
      PlainServer.send(
          client,
          "POST /a.php HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n"
              + "x".repeat(100_000));
      assertThat(PlainServer.until(client, "first")).startsWith("HTTP/1.1 200 ");
      firstSeen.countDown();
      PlainServer.send(client, "x".repeat(200_000));
      assertThat(PlainServer.rest(client)).contains(" then 300000");
    }
  }

  @Test
  void aBodyOfUnknownLengthIsGatheredOrRefused() throws Exception {
    try (FakeApplication _ =
            application(
                (channel, number) ->
                    answer(
                        channel, "Status: 200\n\n" + FakeApplication.request(channel).length()));
        PlainServer server = server(5000)) {
      String head =
          String.join(
              "\r\n",
              "POST /a.php HTTP/1.1",
              "Host: a",
              "Connection: close",
              "Transfer-Encoding: chunked",
              "",
              "");
      assertThat(server.say(head + "5\r\nabcde\r\n0\r\n\r\n")).endsWith("\r\n\r\n5");
      assertThat(server.say(head + "20000\r\n" + "x".repeat(0x20000) + "\r\n0\r\n\r\n"))
          .startsWith("HTTP/1.1 411 ");
    }
  }

  @Test
  void whoeverIsTooMuchIsToldToComeBack() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (FakeApplication app =
            application(
                (channel, number) -> {
                  while (true) {
                    FakeApplication.request(channel);
                    go.await();
                    answer(channel, "Status: 200\n\n");
                  }
                });
        PlainServer server = server(20_000);
        Socket first = server.connect();
        Socket second = server.connect();
        Socket third = server.connect()) {
      String get = "GET /a.php HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
      PlainServer.send(first, get);
      PlainServer.send(second, get);
      while (app.connections() < 2) {
        Thread.sleep(10);
      }
      PlainServer.send(third, get);
      String refused = "";
      while (!refused.startsWith("HTTP/1.1 503 ")) { // the third may not be there yet
        try (Socket another = server.connect()) {
          another.setSoTimeout(500);
          PlainServer.send(another, get);
          refused = PlainServer.rest(another);
        } catch (java.net.SocketTimeoutException e) {
          refused = "";
        }
      }
      assertThat(refused).contains("Retry-After: 1\r\n");
      go.countDown();
      assertThat(PlainServer.rest(first)).startsWith("HTTP/1.1 200 ");
      assertThat(PlainServer.rest(second)).startsWith("HTTP/1.1 200 ");
      assertThat(PlainServer.rest(third)).startsWith("HTTP/1.1 ");
      assertThat(app.connections()).isEqualTo(2);
    }
  }

  @Test
  void whatIsNoScriptIsLeftToOthers() throws Exception {
    try (PlainServer server = server(300)) {
      assertThat(server.get("/plain.txt")).startsWith("HTTP/1.1 404 ");
      assertThat(server.get("/absent.php")).startsWith("HTTP/1.1 404 ");
      assertThat(server.get("/%2e%2e/a.php")).startsWith("HTTP/1.1 400 ");
      assertThat(server.get("/a.php%00.txt")).startsWith("HTTP/1.1 400 ");
      assertThat(errors).isEmpty();
    }
  }
}
