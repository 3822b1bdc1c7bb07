package brig.web.raw;

import java.util.ArrayList;
import java.util.List;

/** The requests of the raw-socket suite. Each is for a server that has /index.html and no more. */
@SuppressWarnings("StringConcatToTextBlock") // lines of HTTP end in CR LF
final class RawCases {
  private static final String HOST = "Host: localhost\r\n";
  private static final String END = "Connection: close\r\n\r\n";
  private static final String SMUGGLED = "GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final List<RawCase> cases = new ArrayList<>();

  private RawCases() {}

  static List<RawCase> all() {
    RawCases all = new RawCases();
    all.requestLines();
    all.versions();
    all.targets();
    all.traversals();
    all.headers();
    all.hosts();
    all.lengths();
    all.codings();
    all.chunks();
    all.oversized();
    all.methods();
    all.ranges();
    all.otherProtocols();
    return all.cases;
  }

  private void add(String name, String sent, Integer... right) {
    cases.add(RawCase.of(name, sent, right));
  }

  private void line(String name, String line, Integer... right) {
    add("request line: " + name, line + "\r\n" + HOST + END, right);
  }

  private void requestLines() {
    line("empty method", " /index.html HTTP/1.1", 400);
    line("no target", "GET  HTTP/1.1", 400, 505);
    line("no version is HTTP/0.9", "GET /index.html", 400, 505, 0);
    line("only a method", "GET", 400);
    line("tab for a blank", "GET\t/index.html\tHTTP/1.1", 400, 0);
    line("two blanks before the target", "GET  /index.html HTTP/1.1", 200, 400);
    line("two blanks before the version", "GET /index.html  HTTP/1.1", 200, 400);
    line("a blank after the version", "GET /index.html HTTP/1.1 ", 400, 505);
    line("a fourth word", "GET /index.html HTTP/1.1 more", 400, 505);
    line("a blank in the target", "GET /index .html HTTP/1.1", 400, 505);
    line("a NUL in the method", "G\0T /index.html HTTP/1.1", 400, 0);
    line("a NUL in the target", "GET /index\0.html HTTP/1.1", 400);
    line("a NUL in the version", "GET /index.html HTTP/1.\0001", 400, 505);
    line("a CR in the target", "GET /index\r.html HTTP/1.1", 400);
    line("a vertical tab", "GET /\u000bindex.html HTTP/1.1", 400);
    line("a form feed", "GET /\findex.html HTTP/1.1", 400);
    line("DEL in the target", "GET /\177 HTTP/1.1", 400);
    line("a control character", "GET /\1 HTTP/1.1", 400);
    line("bytes over 127", "GET /\u00e9 HTTP/1.1", 400, 404);
    line("lower-case method", "get /index.html HTTP/1.1", 400, 405, 501);
    line("a method with brackets", "G(E)T /index.html HTTP/1.1", 400);
    line("a method with a colon", "GET: /index.html HTTP/1.1", 400);
    line("a method with a comma", "GET,POST /index.html HTTP/1.1", 400, 405, 501);
    line("a method of 10,000 letters", "A".repeat(10_000) + " / HTTP/1.1", 400, 405, 414, 431, 501);
    line("an unknown method", "FROB /index.html HTTP/1.1", 400, 405, 501);
    add("bare LF as end of lines", "GET /index.html HTTP/1.1\nHost: localhost\n\n", 200, 400);
    add("CR alone as end of lines", "GET /index.html HTTP/1.1\rHost: localhost\r\r", 400, 408, 0);
    add("LF CR as end of lines", "GET /index.html HTTP/1.1\n\rHost: localhost\n\r\n\r", 400);
    add("empty lines first", "\r\n\r\nGET /index.html HTTP/1.1\r\n" + HOST + END, 200, 400);
    add("blanks first", "   GET /index.html HTTP/1.1\r\n" + HOST + END, 400);
    add("only CR LF, then the end", "\r\n", 0, 400, 408);
    add("nothing but NUL", "\0\0\0\0\r\n\r\n", 400, 0);
    add("a thousand CR LF", "\r\n".repeat(1000) + "GET / HTTP/1.1\r\n" + HOST + END, 200, 400, 0);
  }

  private void versions() {
    for (String version :
        List.of(
            "HTTP/2.0",
            "HTTP/3.0",
            "HTTP/0.9",
            "HTTP/1.2",
            "HTTP/1.11",
            "HTTP/11.1",
            "HTTP/1",
            "HTTP/1.",
            "HTTP/.1",
            "HTTP/1.a",
            "HTTP/-1.1",
            "HTTP 1.1",
            "http/1.1",
            "HTTPS/1.1",
            "HTP/1.1",
            "HTTP/01.1",
            "HTTP/1.1.1",
            "ICY/1.0",
            "HTTP/4294967297.1",
            "HTTP\\1.1")) {
      add(
          "version " + version,
          "GET /index.html " + version + "\r\n" + HOST + END,
          200,
          400,
          426,
          505,
          0);
    }
    add("HTTP/1.0 without a host", "GET /index.html HTTP/1.0\r\n\r\n", 200);
    add("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, 426, 505, 0);
  }

  private void target(String target, Integer... right) {
    add("target " + brief(target), "GET " + target + " HTTP/1.1\r\n" + HOST + END, right);
  }

  private static String brief(String text) {
    return text.length() > 60 ? text.substring(0, 40) + "... of " + text.length() : text;
  }

  private void targets() {
    target("*", 400);
    target("index.html", 400, 404);
    target("?x", 400, 200);
    target("#", 400);
    target("/index.html#fragment", 400, 200);
    target("//index.html", 400, 404, 200);
    target("///", 400, 404, 200);
    target("http://", 400);
    target("http:///index.html", 400, 200);
    target("http://localhost", 200, 400);
    target("http://localhost/index.html", 200);
    target("http://other.example/index.html", 200, 400, 421);
    target("http://user:password@localhost/index.html", 400, 200);
    target("ftp://localhost/index.html", 200, 400);
    target("file:///etc/passwd", 400, 404);
    target("javascript:alert(1)", 400);
    target("/%", 400);
    target("/%0", 400);
    target("/%zz", 400);
    target("/%u0041", 400);
    target("/%00", 400);
    target("/index.html%00.txt", 400);
    target("/%0d%0aSet-Cookie:%20x=1", 400, 404);
    target("/%ff", 400, 404);
    target("/%c0%80", 400);
    target("/%ed%a0%80", 400, 404);
    target("/%2f", 400, 404);
    target("/%5c", 400, 404);
    target("/index.html;a=b", 400, 404, 200);
    target("/;/index.html", 400, 404);
    target("/index.html?" + "a=b&".repeat(1500), 200, 414, 431);
    target("/" + "a".repeat(20_000), 404, 414, 431);
    target("/" + "a/".repeat(3_500), 404, 414, 431, 400);
    target("/<script>alert(1)</script>", 400, 404);
    target("/\"quoted\"", 400, 404);
    target("/{a}|b^c`d", 400, 404);
  }

  private void traversals() {
    for (String path :
        List.of(
            "/../secret.txt",
            "/../../../../../../etc/passwd",
            "/./../secret.txt",
            "/a/../../secret.txt",
            "/a/b/../../../secret.txt",
            "/%2e%2e/secret.txt",
            "/%2e%2e%2fsecret.txt",
            "/..%2fsecret.txt",
            "/..%5csecret.txt",
            "/..\\secret.txt",
            "/%2e./secret.txt",
            "/.%2e/secret.txt",
            "/%252e%252e/secret.txt",
            "/%252e%252e%252fsecret.txt",
            "/%c0%ae%c0%ae/secret.txt",
            "/%c0%ae%c0%ae%c0%afsecret.txt",
            "/%e0%80%ae%e0%80%ae/secret.txt",
            "/%uff0e%uff0e/secret.txt",
            "/..;/secret.txt",
            "/..;a=b/secret.txt",
            "/;/../secret.txt",
            "/..%00/secret.txt",
            "/..%0d/secret.txt",
            "/%2e%2e%00/secret.txt",
            "/.../secret.txt",
            "/..../secret.txt",
            "/..//secret.txt",
            "//../secret.txt",
            "/a//../../secret.txt",
            "/link-out",
            "/link-out/passwd",
            "/link-up/secret.txt",
            "/%2fetc/passwd",
            "//etc/passwd",
            "/etc/passwd",
            "/index.html/../../secret.txt",
            "/.hidden",
            "/%2ehidden",
            "/./.hidden",
            "/.git/config",
            "/index.html/",
            "/index.html%2f",
            "/proc/self/environ",
            "/dev/null")) {
      add("traversal " + path, "GET " + path + " HTTP/1.1\r\n" + HOST + END, 400, 403, 404);
    }
    add(
        "traversal by the whole address",
        "GET http://localhost/../secret.txt HTTP/1.1\r\n" + HOST + END,
        400,
        403,
        404);
    add("traversal by the host", "GET /secret.txt HTTP/1.1\r\nHost: ../\r\n" + END, 400, 404);
  }

  private void header(String name, String lines, Integer... right) {
    add("header: " + name, "GET /index.html HTTP/1.1\r\n" + HOST + lines + END, right);
  }

  private void headers() {
    header("a blank before the colon", "X-A : b\r\n", 400);
    header("a tab before the colon", "X-A\t: b\r\n", 400);
    header("no colon", "X-A\r\n", 400);
    header("no name", ": b\r\n", 400);
    header("a blank in the name", "X A: b\r\n", 400);
    header("folded", "X-A: b\r\n c\r\n", 400, 200);
    header("the first is folded", " X-A: b\r\n", 400);
    header("a NUL in the name", "X\0A: b\r\n", 400);
    header("a NUL in the value", "X-A: b\0c\r\n", 400);
    header("a CR in the value", "X-A: b\rSet: c\r\n", 400);
    header("a control character in the value", "X-A: b\1c\r\n", 400, 200);
    header("DEL in the value", "X-A: b\177c\r\n", 400, 200);
    header("bytes over 127 in the name", "X-\u00e9: b\r\n", 400);
    header("bytes over 127 in the value", "X-A: \u00e9\u00ff\r\n", 200, 400);
    header("brackets in the name", "X(A): b\r\n", 400);
    header("a slash in the name", "X/A: b\r\n", 400);
    header("a value of nothing", "X-A:\r\n", 200);
    header("an LF ends the line", "X-A: b\nX-B: c\r\n", 200, 400);
    header("a quote is not closed", "X-A: \"b\r\n", 200);
    header("an unknown expectation", "Expect: a-miracle\r\n", 417, 200, 400);
    header("an upgrade to nothing", "Upgrade: nothing\r\nConnection: Upgrade\r\n", 200, 400);
    header("Connection names a header twice", "Connection: close, close, x\r\n", 200);
    header("a cookie of garbage", "Cookie: ;;;=;\"\u00ff\r\n", 200, 400);
    header("a date that is none", "If-Modified-Since: yesterday\r\n", 200);
    header("a date before the flood", "If-Modified-Since: Mon, 01 Jan 0000 00:00:00 GMT\r\n", 200);
    header("an ETag that is none", "If-None-Match: \"\"\"\r\n", 200, 304);
    header("an encoding with bad weights", "Accept-Encoding: gzip;q=x, *;q=-1\r\n", 200, 400, 406);
    header("a proxy's", "Proxy: http://127.0.0.1:1/\r\n", 200);
    header("a frame of a proxy", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n", 400);
    add("the header never ends", "GET /index.html HTTP/1.1\r\n" + HOST + "X-A: b\r\n", 408, 0, 400);
  }

  private void host(String name, String lines, Integer... right) {
    add("host: " + name, "GET /index.html HTTP/1.1\r\n" + lines + END, right);
  }

  private void hosts() {
    host("none", "", 400);
    host("empty", "Host:\r\n", 200, 400);
    host("two", HOST + HOST, 400);
    host("two that differ", HOST + "Host: other\r\n", 400);
    host("a blank in it", "Host: a b\r\n", 400);
    host("a path in it", "Host: localhost/x\r\n", 400);
    host("a user in it", "Host: user@localhost\r\n", 400);
    host("a query in it", "Host: localhost?x\r\n", 400);
    host("a port that is none", "Host: localhost:abc\r\n", 400);
    host("a port that is too large", "Host: localhost:99999\r\n", 400);
    host("a port that is negative", "Host: localhost:-1\r\n", 400);
    host("an open bracket", "Host: [::1\r\n", 400);
    host("of 5,000 letters", "Host: " + "a".repeat(5_000) + "\r\n", 200, 400, 431);
    host("a NUL", "Host: local\0host\r\n", 400);
    host("traversal", "Host: ../../etc\r\n", 400);
    host("markup", "Host: <script>\r\n", 400);
  }

  /** After it another request is sent; it must be an answer of its own, or none. */
  private void framed(String name, String lines, String body, Integer... right) {
    cases.add(
        new RawCase(
            "framing: " + name,
            "POST /index.html HTTP/1.1\r\n" + HOST + lines + "\r\n" + body,
            List.of(right),
            1));
  }

  private void lengths() {
    for (String length :
        List.of(
            "-1",
            "+5",
            "0x5",
            "5,5",
            "5, 6",
            "5 5",
            "5;",
            "a",
            "5a",
            "1e1",
            "05x",
            "\"5\"",
            "18446744073709551616",
            "9223372036854775808",
            "99999999999999999999999",
            "5.0",
            "\u0665",
            "5\0",
            "")) {
      framed("length '" + length + "'", "Content-Length: " + length + "\r\n", SMUGGLED, 400, 413);
    }
    framed("two lengths", "Content-Length: 0\r\nContent-Length: 44\r\n", SMUGGLED, 400);
    framed(
        "two lengths of one value with another between",
        "Content-Length: 5\r\nContent-Length: 0\r\nContent-Length: 5\r\n",
        SMUGGLED,
        400);
    framed("a length with a blank before the colon", "Content-Length : 44\r\n", SMUGGLED, 400);
    framed("a length that is folded", "Content-Length:\r\n 44\r\n", SMUGGLED, 400);
    framed("a length larger than all bodies", "Content-Length: 99999999999\r\n", "", 413, 405, 400);
    framed(
        "a length and no body",
        "Content-Length: 10\r\n" + "Connection: close\r\n",
        "abc",
        400,
        405,
        408,
        0);
    framed(
        "length in the name",
        "Content_Length: 44\r\nContent-Length: 0\r\n" + "Connection: close\r\n",
        "",
        405,
        400,
        501);
    framed("no length at all", "Connection: close\r\n", "", 405, 400, 411, 501);
  }

  private void codings() {
    for (String coding :
        List.of(
            "xchunked",
            "chunkedx",
            "chunked, identity",
            "identity, chunked, identity",
            "gzip",
            "cow",
            "chunked,chunked",
            "chunked, chunked",
            "\"chunked\"",
            "chunked;a=b",
            "chun ked",
            ",",
            "\u000bchunked",
            "x\0chunked",
            "chunked\u00a0",
            "gzip, chunked, gzip",
            "deflate",
            "compress, chunked, x")) {
      framed(
          "coding " + coding,
          "Transfer-Encoding: " + coding + "\r\n",
          "0\r\n\r\n" + SMUGGLED,
          400,
          501);
    }
    framed(
        "a length and chunks",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "0\r\n\r\n" + SMUGGLED,
        400);
    framed(
        "chunks and a length",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "0\r\n\r\n" + SMUGGLED,
        400);
    framed(
        "two codings",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "0\r\n\r\n" + SMUGGLED,
        400,
        501);
    framed(
        "the coding's name with a blank",
        "Transfer-Encoding : chunked\r\n",
        "0\r\n\r\n" + SMUGGLED,
        400);
    framed(
        "the coding folded",
        "Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n",
        "0\r\n\r\n" + SMUGGLED,
        400);
    framed(
        "the coding after a bare LF",
        "X: y\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "0\r\n\r\n" + SMUGGLED,
        400);
    framed(
        "the coding behind a bare CR",
        "X: y\rTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "0\r\n\r\n" + SMUGGLED,
        400);
    add(
        "framing: chunks in HTTP/1.0",
        "POST /index.html HTTP/1.0\r\n"
            + HOST
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            + SMUGGLED,
        400,
        405,
        411,
        501);
  }

  private void chunk(String name, String body, Integer... right) {
    cases.add(
        new RawCase(
            "chunk: " + name,
            "POST /index.html HTTP/1.1\r\n"
                + HOST
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + body,
            List.of(right),
            1));
  }

  private void chunks() {
    chunk("a size that is no number", "xyz\r\nabc\r\n0\r\n\r\n", 400, 405);
    chunk("a negative size", "-1\r\nabc\r\n0\r\n\r\n", 400, 405);
    chunk("a size with a plus", "+3\r\nabc\r\n0\r\n\r\n", 400, 405);
    chunk("a size with 0x", "0x3\r\nabc\r\n0\r\n\r\n", 400, 405);
    chunk("an empty size", "\r\nabc\r\n0\r\n\r\n", 400, 405);
    chunk("a size over 64 bits", "1" + "0".repeat(16) + "\r\nabc\r\n", 400, 405, 413);
    chunk("a size over 32 bits", "100000003\r\nabc\r\n0\r\n\r\n", 400, 405, 413, 408, 0);
    chunk("a size of 7fffffffffffffff", "7fffffffffffffff\r\nabc", 400, 405, 413, 408, 0);
    chunk("a blank before the size", " 3\r\nabc\r\n0\r\n\r\n", 400, 405);
    chunk("a NUL in the size", "3\0\r\nabc\r\n0\r\n\r\n", 400, 405);
    chunk("more data than the size", "3\r\nabcdef\r\n0\r\n\r\n", 400, 405);
    chunk("fewer data than the size", "9\r\nabc\r\n0\r\n\r\n", 400, 405, 408, 0);
    chunk("no end of the data", "3\r\nabc0\r\n\r\n", 400, 405);
    chunk("a bare LF behind the size", "3\nabc\r\n0\r\n\r\n", 400, 405);
    chunk("a bare LF behind the data", "3\r\nabc\n0\r\n\r\n", 400, 405);
    chunk(
        "an extension of 20,000 letters",
        "3;" + "a".repeat(20_000) + "\r\nabc\r\n0\r\n\r\n",
        400,
        405,
        413,
        431);
    chunk("a bare LF in an extension", "3;a\nb\r\nabc\r\n0\r\n\r\n", 400, 405);
    chunk("a thousand extensions", "3;a=b\r\nabc\r\n".repeat(1000) + "0\r\n\r\n", 400, 405, 413);
    chunk("a trailer that frames", "0\r\nContent-Length: 44\r\n\r\n", 400, 405);
    chunk("a trailer without a colon", "0\r\nnothing\r\n\r\n", 400, 405);
    chunk(
        "a trailer that is too long",
        "0\r\nX: " + "y".repeat(40_000) + "\r\n\r\n",
        400,
        405,
        413,
        431);
    chunk("no last chunk", "3\r\nabc\r\n", 400, 405, 408, 0);
    chunk("nothing", "", 400, 405, 408, 0);
  }

  private void oversized() {
    header("of 40,000 bytes", "X-A: " + "b".repeat(40_000) + "\r\n", 431, 413, 400);
    header("a name of 40,000 bytes", "X-" + "a".repeat(40_000) + ": b\r\n", 431, 413, 400);
    header("5,000 of them", "X-A: b\r\n".repeat(5_000), 431, 413, 400);
    header("without an end", "X-A: " + "b".repeat(300_000), 431, 413, 400);
    header("a cookie of 20,000 bytes", "Cookie: a=" + "b".repeat(20_000) + "\r\n", 431, 413, 400);
    line("of 100,000 bytes", "GET /" + "a".repeat(100_000) + " HTTP/1.1", 414, 431, 400);
    line("of 8,000 bytes", "GET /?" + "a".repeat(7_900) + " HTTP/1.1", 200, 414, 431);
    add("a million letters and no line", "A".repeat(1_000_000), 400, 414, 431, 0);
    add(
        "a body of 20 MB where none is taken",
        "POST /index.html HTTP/1.1\r\n"
            + HOST
            + "Content-Length: 20000000\r\n\r\n"
            + "x".repeat(100_000),
        405,
        413,
        400);
  }

  private void method(String method, Integer... right) {
    add("method " + method, method + " /index.html HTTP/1.1\r\n" + HOST + END, right);
  }

  private void methods() {
    method("HEAD", 200);
    method("POST", 405, 411, 501);
    method("PUT", 405, 501);
    method("DELETE", 405, 501);
    method("PATCH", 405, 501);
    method("TRACE", 405, 501);
    method("TRACK", 405, 501);
    method("PROPFIND", 405, 501);
    method("MKCOL", 405, 501);
    method("MOVE", 405, 501);
    method("DEBUG", 405, 501);
    method("CONNECT", 400, 405, 501);
    add("CONNECT to another host", "CONNECT 127.0.0.1:22 HTTP/1.1\r\n" + HOST + END, 400, 405, 501);
    add("OPTIONS for the server", "OPTIONS * HTTP/1.1\r\n" + HOST + END, 200, 204, 400, 405);
    add(
        "TRACE tells nothing back",
        "TRACE /index.html HTTP/1.1\r\n" + HOST + "X-Secret: mirror\r\n" + END,
        405,
        501);
    add(
        "GET with a body, and a request in it",
        "GET /index.html HTTP/1.1\r\n"
            + HOST
            + "Content-Length: "
            + SMUGGLED.length()
            + "\r\n"
            + "Connection: close\r\n\r\n"
            + SMUGGLED,
        200,
        400);
  }

  private void range(String range, Integer... right) {
    header("range " + brief(range), "Range: " + range + "\r\n", right);
  }

  private void ranges() {
    range("bytes=0-0", 206);
    range("bytes=-1", 206);
    range("bytes=0-", 206, 200);
    range("bytes=999999-", 416);
    range("bytes=5-1", 200, 416);
    range("bytes=a-b", 200, 416);
    range("bytes=", 200, 416);
    range("bytes=-", 200, 416);
    range("bytes=--1", 200, 416);
    range("bytes=0-99999999999999999999", 200, 206, 416);
    range("bytes=-99999999999999999999", 200, 206, 416);
    range("chickens=0-1", 200, 416);
    range("bytes=" + "0-0,".repeat(1300) + "0-0", 200, 206, 416, 431, 400);
    range("bytes=" + "0-,".repeat(1500) + "0-", 200, 206, 416, 431, 400);
  }

  private void otherProtocols() {
    add("TLS on a plain port", "\26\3\1\2\0\1\0\1\374\3\3" + "x".repeat(200), 400, 0);
    add("SSH", "SSH-2.0-OpenSSH_9.2\r\n", 400, 0);
    add("SMTP", "EHLO example.org\r\n", 400, 505, 0);
    add("Redis", "*1\r\n$4\r\nPING\r\n", 400, 0);
    add("FastCGI", "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0", 400, 0, 408);
    add("a frame of HTTP/2", "\0\0\22\4\0\0\0\0\0" + "\0".repeat(18), 400, 0);
    add(
        "the PROXY protocol",
        "PROXY TCP4 192.0.2.1 192.0.2.2 1 80\r\nGET / HTTP/1.1\r\n" + HOST + END,
        400);
    add("a shell", "/bin/sh -c id\n", 400, 0);
    add(
        "Shellshock",
        "GET /index.html HTTP/1.1\r\n" + HOST + "User-Agent: () { :;}; echo vulnerable\r\n" + END,
        200);
    add(
        "a look-up of log4j",
        "GET /index.html HTTP/1.1\r\n" + HOST + "X: ${jndi:ldap://127.0.0.1/a}\r\n" + END,
        200);
  }
}
