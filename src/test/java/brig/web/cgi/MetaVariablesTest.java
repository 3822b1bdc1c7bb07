package brig.web.cgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetaVariablesTest {
  private static CgiRequest request(
      String method,
      String query,
      String rest,
      long length,
      @Nullable String user,
      Header... headers) {
    return new CgiRequest(
        method,
        true,
        "HTTP/1.1",
        "www.example",
        443,
        "192.0.2.1",
        "198.51.100.7",
        5555,
        "/cgi-bin/a%20b" + rest + (query.isEmpty() ? "" : "?" + query),
        query,
        "/cgi-bin/a b",
        rest,
        "/cgi-bin/a b",
        "/htdocs",
        length,
        null,
        user == null ? null : "Basic",
        user,
        List.of(headers));
  }

  private static Map<String, String> variables(Header... headers) {
    return MetaVariables.of(request("GET", "", "", 0, null, headers), Map.of());
  }

  @Test
  void theVariablesAreThoseOfTheStandard() {
    assertThat(
            MetaVariables.of(
                request("POST", "x=1", "/rest", 5, "ann", new Header("Host", "www.example")),
                Map.of("OWN", "value", "SERVER_NAME", "other")))
        .containsOnly(
            Map.entry("OWN", "value"),
            Map.entry("GATEWAY_INTERFACE", "CGI/1.1"),
            Map.entry("SERVER_SOFTWARE", "Brig"),
            Map.entry("SERVER_PROTOCOL", "HTTP/1.1"),
            Map.entry("SERVER_NAME", "www.example"),
            Map.entry("SERVER_PORT", "443"),
            Map.entry("SERVER_ADDR", "192.0.2.1"),
            Map.entry("REMOTE_ADDR", "198.51.100.7"),
            Map.entry("REMOTE_PORT", "5555"),
            Map.entry("REQUEST_METHOD", "POST"),
            Map.entry("REQUEST_SCHEME", "https"),
            Map.entry("REQUEST_URI", "/cgi-bin/a%20b/rest?x=1"),
            Map.entry("QUERY_STRING", "x=1"),
            Map.entry("SCRIPT_NAME", "/cgi-bin/a b"),
            Map.entry("SCRIPT_FILENAME", "/cgi-bin/a b"),
            Map.entry("DOCUMENT_ROOT", "/htdocs"),
            Map.entry("PATH_INFO", "/rest"),
            Map.entry("PATH_TRANSLATED", "/htdocs/rest"),
            Map.entry("CONTENT_LENGTH", "5"),
            Map.entry("AUTH_TYPE", "Basic"),
            Map.entry("REMOTE_USER", "ann"),
            Map.entry("HTTPS", "on"),
            Map.entry("HTTP_HOST", "www.example"));
  }

  @Test
  void aHeaderProxyBecomesNoVariable() {
    assertThat(variables(new Header("Proxy", "http://evil.example/"), new Header("proxy", "x")))
        .doesNotContainKey("HTTP_PROXY");
  }

  @Test
  void whatIsBetweenTwoHostsIsNotHandedOn() {
    assertThat(
            variables(
                new Header("Connection", "close"),
                new Header("Transfer-Encoding", "chunked"),
                new Header("Upgrade", "x"),
                new Header("TE", "trailers"),
                new Header("Content-Length", "5"),
                new Header("Content-Type", "a/b")))
        .noneSatisfy((name, value) -> assertThat(name).startsWith("HTTP_"));
  }

  @Test
  void anUnderscoreCannotPassForAHyphen() {
    assertThat(
            variables(
                new Header("X_Forwarded_For", "127.0.0.1"), new Header("X-Forwarded-For", "::1")))
        .containsEntry("HTTP_X_FORWARDED_FOR", "::1");
  }

  @Test
  void aFieldThatComesTwiceIsOneVariable() {
    assertThat(
            variables(
                new Header("Accept", "a"),
                new Header("accept", "b"),
                new Header("Cookie", "c=1"),
                new Header("Cookie", "d=2")))
        .containsEntry("HTTP_ACCEPT", "a, b")
        .containsEntry("HTTP_COOKIE", "c=1; d=2");
  }

  @Test
  void aPasswordThatTheServerHasCheckedIsNotTheProgramsToKnow() {
    Header authorization = new Header("Authorization", "Basic eDp5");
    assertThat(variables(authorization)).containsEntry("HTTP_AUTHORIZATION", "Basic eDp5");
    assertThat(MetaVariables.of(request("GET", "", "", 0, "ann", authorization), Map.of()))
        .doesNotContainKey("HTTP_AUTHORIZATION");
  }

  @Test
  void aBodyOfUnknownLengthHasNoLength() {
    assertThat(MetaVariables.of(request("POST", "", "", -1, null), Map.of()))
        .doesNotContainKey("CONTENT_LENGTH");
    assertThat(MetaVariables.of(request("POST", "", "", 0, null), Map.of()))
        .containsEntry("CONTENT_LENGTH", "0");
    assertThat(MetaVariables.of(request("GET", "", "", 0, null), Map.of()))
        .doesNotContainKey("CONTENT_LENGTH");
  }

  @Test
  void theWordsOfAnIndexedQueryAreArguments() {
    assertThat(request("GET", "one+t%77o", "", 0, null).searchWords())
        .containsExactly("one", "two");
    assertThat(request("GET", "a=b", "", 0, null).searchWords()).isEmpty();
    assertThat(request("POST", "one", "", 0, null).searchWords()).isEmpty();
    assertThat(request("GET", "%zz", "", 0, null).searchWords()).isEmpty();
    assertThat(request("GET", "a%00b", "", 0, null).searchWords()).isEmpty();
  }

  @Test
  void noneOfThemIsAnOption() {
    assertThat(request("GET", "-s", "", 0, null).searchWords()).isEmpty();
    assertThat(request("GET", "%2ds", "", 0, null).searchWords()).isEmpty();
    assertThat(request("GET", "one+-d+x", "", 0, null).searchWords()).isEmpty();
  }
}
