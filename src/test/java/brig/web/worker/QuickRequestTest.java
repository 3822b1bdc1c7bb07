package brig.web.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuickRequestTest {
  private static @Nullable QuickRequest parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return QuickRequest.parse(bytes, 0, bytes.length);
  }

  @Test
  void aBrowsersRequestIsPlain() {
    QuickRequest request =
        parse(
            "GET /a/b-c_1.html HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: x y\r\n"
                + "Accept: */*\r\nAccept-Encoding: gzip\r\nConnection: keep-alive\r\n"
                + "Referer: http://a/\r\nCookie: a=b\r\n\r\nGET ");
    assertThat(request).isNotNull();
    assertThat(request.path()).isEqualTo("/a/b-c_1.html");
    assertThat(request.host()).isEqualTo("www.example.org");
    assertThat(request.agent()).isEqualTo("x y");
    assertThat(request.referer()).isEqualTo("http://a/");
    assertThat(request.isLast()).isFalse();
  }

  @Test
  void aRequestMaySayThatItIsTheLast() {
    QuickRequest request = parse("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
    assertThat(request).isNotNull();
    assertThat(request.isLast()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.0\r\nHost: a.example.org.\r\n\r\n",
        "HEAD / HTTP/1.1\r\nHost: a.example.org\r\n\r\n",
        "GET /a?b HTTP/1.1\r\nHost: a.example.org\r\n\r\n",
        "GET /%61 HTTP/1.1\r\nHost: a.example.org\r\n\r\n",
        "GET //a HTTP/1.1\r\nHost: a.example.org\r\n\r\n",
        "GET /../a HTTP/1.1\r\nHost: a.example.org\r\n\r\n",
        "GET /.a HTTP/1.1\r\nHost: a.example.org\r\n\r\n",
        "GET / HTTP/1.1\nHost: a.example.org\n\n.........",
        "GET / HTTP/1.1\r\nUser-Agent: nobody asked for\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example.org\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example.org\r\n folded: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a.example.org\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example.org\r\nRange: bytes=0-1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example.org\r\nContent-Length: 3\r\n\r\nabc",
        "GET / HTTP/1.1\r\nHost: a.example.org\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example.org\r\nConnection: Upgrade\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example.org\r\nAuthorization: Basic x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example.org\r\nX-Any: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example.org\r\nAccept: a\0b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example.org\r\nAccept: \u00e4\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example.org\r\nAccept: a\rb\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example.org\r\nAccept: a\r\n\r",
        "GET / HTTP/1.1\r\nHost: a.example.org\r\nAccept"
      })
  void allElseIsLeftToTheParser(String text) {
    assertThat(parse(text)).isNull();
  }
}
