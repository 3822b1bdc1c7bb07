package brig.web.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import brig.web.cgi.PlainServer;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // lines of HTTP end in CR LF
class ReverseProxyTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final List<String> errors = Collections.synchronizedList(new ArrayList<>());

  private PlainServer proxy(RawBackend backend, @Nullable String base, long silence)
      throws Exception {
    return new PlainServer(
        new ReverseProxy(
            new ProxySettings(
                "/app/", null, "127.0.0.1", backend.port(), base, null, 2, 2, 1000, silence, true),
            errors::add));
  }

  private static RawBackend answering(String answer) throws Exception {
    return new RawBackend(
        (backend, socket, number) -> {
          while (true) {
            backend.request(socket);
            PlainServer.send(socket, answer);
          }
        });
  }

  @Test
  void aRequestIsWrittenAnewAndItsConnectionKept() throws Exception {
    try (RawBackend backend = answering(OK);
        PlainServer proxy = proxy(backend, null, 5000)) {
      for (int i = 0; i < 5; i++) {
        assertThat(proxy.get("/app/a%20b?x=%zz|y"))
            .as(errors.toString())
            .startsWith("HTTP/1.1 200 ")
            .endsWith("ok");
      }
      // A second one is opened when the first is not back yet at the next request.
      assertThat(backend.connections()).isLessThanOrEqualTo(2);
      assertThat(backend.requests.getFirst())
          .startsWith("GET /app/a%20b?x=%25zz%7Cy HTTP/1.1\r\n")
          .contains("Host: a\r\n", "X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-Proto: http\r\n")
          .contains("X-Forwarded-Host: a\r\n", "Forwarded: for=127.0.0.1;proto=http;host=\"a\"\r\n")
          .doesNotContain("Connection: close");
    }
  }

  @Test
  void theBaseTakesThePlaceOfTheLocation() throws Exception {
    try (RawBackend backend = answering(OK);
        PlainServer proxy = proxy(backend, "/", 5000)) {
      proxy.get("/app/x/../y/./z");
      assertThat(backend.requests.getFirst()).startsWith("GET /y/z HTTP/1.1\r\n");
    }
  }

  @Test
  void whatIsBetweenTwoHostsStaysBetweenThem() throws Exception {
    try (RawBackend backend =
            answering(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: X-Secret\r\nX-Secret: s\r\n"
                    + "Keep-Alive: timeout=5\r\nX-Kept: k\r\n\r\nok");
        PlainServer proxy = proxy(backend, null, 5000)) {
      String answer =
          proxy.say(
              "GET /app/ HTTP/1.1\r\n"
                  + "Host: a\r\n"
                  + "Connection: close, X-Mine\r\n"
                  + "X-Mine: m\r\n"
                  + "X-Forwarded-For: 6.6.6.6\r\n"
                  + "X_Forwarded_For: 6.6.6.6\r\n"
                  + "Forwarded: for=6.6.6.6\r\n"
                  + "Proxy: http://evil/\r\n"
                  + "TE: trailers\r\n"
                  + "X-Other: o\r\n\r\n");
      assertThat(answer).contains("X-Kept: k\r\n").doesNotContain("X-Secret", "Keep-Alive");
      assertThat(backend.requests.getFirst())
          .contains("X-Other: o\r\n")
          .doesNotContain("X-Mine", "6.6.6.6", "evil", "TE:", "trailers");
    }
  }

  @Test
  void aChunkedBodyIsFramedAnew() throws Exception {
    try (RawBackend backend =
            new RawBackend(
                (back, socket, number) -> {
                  back.request(socket);
                  String body = PlainServer.until(socket, "\r\n0\r\n\r\n");
                  PlainServer.send(
                      socket,
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n"
                          + (body.contains("hello") ? "yes" : "not")
                          + "\r\n0\r\n\r\n");
                });
        PlainServer proxy = proxy(backend, null, 5000)) {
      assertThat(
              proxy.say(
                  "POST /app/ HTTP/1.1\r\n"
                      + "Host: a\r\n"
                      + "Connection: close\r\n"
                      + "Transfer-Encoding: chunked\r\n"
                      + "\r\n"
                      + "5;ext=1\r\n"
                      + "hello\r\n"
                      + "0\r\n"
                      + "Trailer: x\r\n\r\n"))
          .startsWith("HTTP/1.1 200 ")
          .contains("yes");
      assertThat(backend.requests.getFirst())
          .contains("Transfer-Encoding: chunked\r\n")
          .doesNotContain("ext=1");
    }
  }

  @Test
  void twoLengthsNeverReachTheOtherServer() throws Exception {
    try (RawBackend backend = answering(OK);
        PlainServer proxy = proxy(backend, null, 5000)) {
      for (String framing :
          List.of(
              "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
              "Content-Length: 5\r\nContent-Length: 6\r\n",
              "Transfer-Encoding: chunked, identity\r\n",
              "Transfer-Encoding: xchunked\r\n",
              "Content-Length: +5\r\n")) {
        assertThat(
                proxy.say(
                    "POST /app/ HTTP/1.1\r\nHost: a\r\n"
                        + framing
                        + "\r\n0\r\n\r\nGET /app/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"))
            .as(framing)
            .matches("(?s)HTTP/1.1 (400|501) .*");
      }
      assertThat(backend.requests).isEmpty();
    }
  }

  @Test
  void aServerThatIsSilentOrGoneOrStrangeIsToldSo() throws Exception {
    try (RawBackend silent = new RawBackend((back, socket, number) -> Thread.sleep(60_000));
        PlainServer proxy = proxy(silent, null, 400)) {
      assertThat(proxy.get("/app/")).startsWith("HTTP/1.1 504 ");
    }
    RawBackend gone = answering(OK);
    gone.close();
    try (PlainServer proxy = proxy(gone, null, 1000)) {
      assertThat(proxy.get("/app/")).startsWith("HTTP/1.1 502 ");
    }
    for (String answer :
        List.of(
            "hello\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")) {
      try (RawBackend strange = answering(answer);
          PlainServer proxy = proxy(strange, null, 1000)) {
        assertThat(proxy.get("/app/")).as(answer).startsWith("HTTP/1.1 502 ");
      }
    }
    assertThat(errors).hasSize(5).allMatch(line -> line.startsWith("proxy /app/: "));
  }

  @Test
  void aRequestThatWasSentIsNotSentAgain() throws Exception {
    try (RawBackend backend =
            new RawBackend(
                (back, socket, number) -> {
                  back.request(socket);
                  if (number > 1) {
                    PlainServer.send(socket, OK);
                  }
                });
        PlainServer proxy = proxy(backend, null, 2000)) {
      assertThat(
              proxy.say(
                  "POST /app/pay HTTP/1.1\r\n"
                      + "Host: a\r\n"
                      + "Connection: close\r\n"
                      + "Content-Length: 1\r\n\r\n"
                      + "1"))
          .startsWith("HTTP/1.1 502 ");
      assertThat(backend.requests).hasSize(1);
    }
  }

  @Test
  void whoeverIsTooMuchIsToldToComeBack() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (RawBackend backend =
            new RawBackend(
                (back, socket, number) -> {
                  while (true) {
                    back.request(socket);
                    go.await();
                    PlainServer.send(socket, OK);
                  }
                });
        PlainServer proxy = proxy(backend, null, 20_000)) {
      List<Socket> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Socket client = proxy.connect();
        clients.add(client);
        PlainServer.send(client, "GET /app/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      }
      while (errors.size() < 4) {
        Thread.sleep(10);
      }
      go.countDown();
      int refused = 0;
      for (Socket client : clients) {
        try (client) {
          refused += PlainServer.rest(client).startsWith("HTTP/1.1 503 ") ? 1 : 0;
        }
      }
      assertThat(refused).isBetween(4, 6); // one may wait while a connection is opened
      assertThat(backend.connections()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void aWebSocketGoesBothWays() throws Exception {
    try (RawBackend backend =
            new RawBackend(
                (back, socket, number) -> {
                  back.request(socket);
                  PlainServer.send(
                      socket,
                      "HTTP/1.1 101 Switching Protocols\r\n"
                          + "Upgrade: websocket\r\n"
                          + "Connection: Upgrade\r\n"
                          + "Sec-WebSocket-Accept: abc\r\n\r\n"
                          + "early");
                  socket.getInputStream().transferTo(socket.getOutputStream());
                });
        PlainServer proxy = proxy(backend, null, 20_000);
        Socket client = proxy.connect()) {
      PlainServer.send(
          client,
          "GET /app/ws HTTP/1.1\r\n"
              + "Host: a\r\n"
              + "Upgrade: websocket\r\n"
              + "Connection: keep-alive, Upgrade\r\n"
              + "Sec-WebSocket-Key: k\r\n"
              + "Sec-WebSocket-Version: 13\r\n\r\n");
      assertThat(PlainServer.until(client, "\r\n\r\n"))
          .startsWith("HTTP/1.1 101 ")
          .contains("Sec-WebSocket-Accept: abc\r\n");
      PlainServer.until(client, "early");
      assertThat(backend.requests.getFirst())
          .contains(
              "Upgrade: websocket\r\n", "Connection: Upgrade\r\n", "Sec-WebSocket-Key: k\r\n");
      String much = "0123456789".repeat(50_000) + "!";
      Thread sender =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      PlainServer.send(client, much);
                      client.shutdownOutput();
                    } catch (java.io.IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  });
      assertThat(PlainServer.rest(client)).isEqualTo(much);
      sender.join();
    }
  }

  @Test
  void aRefusedHandshakeIsAnAnswerLikeAnyOther() throws Exception {
    try (RawBackend backend = answering("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
        PlainServer proxy = proxy(backend, null, 5000)) {
      assertThat(
              proxy.say(
                  "GET /app/ws HTTP/1.1\r\n"
                      + "Host: a\r\n"
                      + "Upgrade: websocket\r\n"
                      + "Connection: Upgrade, close\r\n\r\n"))
          .startsWith("HTTP/1.1 403 ");
    }
  }
}
