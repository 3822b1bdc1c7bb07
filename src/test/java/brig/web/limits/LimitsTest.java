package brig.web.limits;

import static org.assertj.core.api.Assertions.assertThat;

import brig.web.cgi.PlainServer;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // lines of HTTP end in CR LF
class LimitsTest {
  /** Reads all that it is sent. */
  static final class Counting extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      Content.Source.asByteBuffer(
          request,
          new org.eclipse.jetty.util.Promise<>() {
            @Override
            public void succeeded(java.nio.ByteBuffer bytes) {
              Content.Sink.write(response, true, bytes.remaining() + " bytes", callback);
            }

            @Override
            public void failed(Throwable failure) {
              Response.writeError(request, response, callback, failure);
            }
          });
      return true;
    }
  }

  @Test
  void aClientHasItsRateAndItsBurst() {
    AtomicLong now = new AtomicLong(5);
    RateHandler rate = new RateHandler(new Counting(), 2, 3, now::get);
    for (int i = 0; i < 4; i++) {
      assertThat(rate.take("a")).isZero();
    }
    assertThat(rate.take("a")).isEqualTo(1);
    assertThat(rate.take("b")).isZero();
    now.addAndGet(500_000_000);
    assertThat(rate.take("a")).isZero();
    assertThat(rate.take("a")).isEqualTo(1);
    now.addAndGet(3_600_000_000_000L);
    for (int i = 0; i < 4; i++) {
      assertThat(rate.take("a")).isZero();
    }
    assertThat(rate.take("a")).isEqualTo(1);
  }

  @Test
  void oneThatIsTooFastIsToldWhenToComeBack() throws Exception {
    try (PlainServer server = new PlainServer(new RateHandler(new Counting(), 1, 0))) {
      assertThat(server.get("/")).startsWith("HTTP/1.1 200 ");
      assertThat(server.get("/")).startsWith("HTTP/1.1 429 ").contains("Retry-After: 1\r\n");
    }
  }

  @Test
  void aNetworkOfIpv6IsOneClient() throws Exception {
    assertThat(ClientAddress.of(InetAddress.ofLiteral("2001:db8:1:2::3")))
        .isEqualTo(ClientAddress.of(InetAddress.ofLiteral("2001:db8:1:2:ffff::9")))
        .isEqualTo("2001:db8:1:2::/64");
    assertThat(ClientAddress.of(InetAddress.ofLiteral("192.0.2.7"))).isEqualTo("192.0.2.7");
  }

  @Test
  void aBodyThatDripsIsGivenUp() throws Exception {
    try (PlainServer server =
            new PlainServer(new SlowBodyHandler(new Counting(), 1000, new Deadlines()));
        var client = server.connect()) {
      PlainServer.send(
          client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(500));
      assertThat(PlainServer.rest(client)).startsWith("HTTP/1.1 408 ");
      assertThat(
              server.say(
                  "POST / HTTP/1.1\r\n"
                      + "Host: a\r\n"
                      + "Connection: close\r\n"
                      + "Content-Length: 3\r\n\r\n"
                      + "abc"))
          .endsWith("3 bytes");
    }
  }
}
