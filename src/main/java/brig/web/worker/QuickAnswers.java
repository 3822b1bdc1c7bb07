package brig.web.worker;

import brig.web.config.Limits;
import brig.web.file.Memory;
import brig.web.inside.Inside;
import brig.web.log.AccessLog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * Answers that were given a moment ago, ready to be given again: small files, to plain requests
 * ({@link QuickRequest}). Each lives no longer than the file behind it is taken to be unchanged, so
 * at least once a second a request for it goes the whole way.
 */
final class QuickAnswers {
  private static final int MOST = 4096;
  private static final byte[] LAST = "Connection: close\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EMPTY = {};

  private final boolean allowed;
  private final Counters counters;
  private final @Nullable AccessLog log;
  private final ConcurrentHashMap<String, Answer> answers = new ConcurrentHashMap<>();
  private volatile boolean finishing;
  private volatile Date date = new Date(0, new byte[0]);

  private record Date(long second, byte[] line) {}

  /** Status line and headers but for the date; the file. */
  record Answer(byte[] head, ByteBuffer body, long untilNanos) {
    /** Bytes of a head at most. */
    int headSize() {
      return head.length + 96;
    }
  }

  QuickAnswers(Limits limits, Counters counters, @Nullable AccessLog log) {
    // A limit of requests is counted on the whole way only.
    this.allowed = limits.requestsPerSecond() == 0;
    this.counters = counters;
    this.log = log;
  }

  boolean isOpen() {
    return allowed && !finishing;
  }

  /** From now on there are none. */
  void finish() {
    finishing = true;
    answers.clear();
  }

  private static String key(@Nullable String host, String path) {
    return host + "\0" + path;
  }

  @Nullable Answer find(String host, String path) {
    Answer answer = answers.get(key(host, path));
    return answer == null || System.nanoTime() - answer.untilNanos() > 0 ? null : answer;
  }

  /** Keeps an answer if it can be given again to anybody. */
  void remember(Request request, Response response) {
    if (!isOpen()
        || !(request.getAttribute(Memory.ATTRIBUTE) instanceof Memory memory)
        || response.getStatus() != 200
        || !request.getMethod().equals("GET")
        || request.getAttribute(Inside.USER) != null
        || request.getHeaders().contains(HttpHeader.AUTHORIZATION)) {
      return;
    }
    String host = request.getHeaders().get(HttpHeader.HOST);
    String path = request.getHttpURI().getPathQuery();
    if (host == null || path == null || !QuickRequest.isPlain(path)) {
      return;
    }
    StringBuilder head = new StringBuilder(512).append("HTTP/1.1 200 OK\r\n");
    for (HttpField field : response.getHeaders()) {
      HttpHeader header = field.getHeader();
      if (header != HttpHeader.DATE && header != HttpHeader.CONNECTION) {
        head.append(field.getName()).append(": ").append(field.getValue()).append("\r\n");
      }
    }
    if (response.getHeaders().get(HttpHeader.CONTENT_LENGTH) == null) {
      return;
    }
    byte[] bytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    if (answers.size() >= MOST) {
      answers.clear();
    }
    answers.put(key(host, path), new Answer(bytes, memory.body(), memory.untilNanos()));
  }

  /** Puts the head of an answer into a buffer that has room for it. */
  void writeHead(Answer answer, boolean last, ByteBuffer into) {
    into.put(answer.head()).put(last ? LAST : EMPTY).put(date());
  }

  private byte[] date() {
    long second = System.currentTimeMillis() / 1000;
    Date last = date;
    if (last.second() != second) {
      String line =
          "Date: "
              + DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                  .withZone(ZoneOffset.UTC)
                  .format(Instant.ofEpochSecond(second))
              + "\r\n\r\n";
      last = new Date(second, line.getBytes(StandardCharsets.US_ASCII));
      date = last;
    }
    return last.line();
  }

  /** Counts and logs one that was given. */
  void given(QuickRequest request, Answer answer, String address, long beganNanos) {
    counters.answeredQuickly();
    AccessLog to = log;
    if (to != null) {
      to.write(
          new AccessLog.Line(
              address,
              null,
              "GET",
              request.path(),
              "HTTP/1.1",
              200,
              answer.body().remaining(),
              request.host(),
              request.referer(),
              request.agent(),
              (System.nanoTime() - beganNanos) / 1000));
    }
  }

  boolean logs() {
    return log != null;
  }
}
