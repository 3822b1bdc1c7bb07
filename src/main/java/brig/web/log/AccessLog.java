package brig.web.log;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.web.config.WebConfig.LogFormat;
import brig.web.inside.Inside;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * A line for each request, combined (Apache's) or JSON. Lines are gathered and written a few times
 * a second. Whatever a client sent is escaped: a line is never two.
 */
public final class AccessLog implements RequestLog {
  private static final int ENOUGH = 32 * 1024;
  private static final long PAUSE_MILLIS = 200;

  private final LogFile file;
  private final LogFormat format;
  private final Consumer<String> errors;
  private volatile boolean failing;
  private final ZoneId zone = ZoneId.systemDefault();
  private final DateTimeFormatter clock =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);
  private final ByteArrayOutputStream gathered = new ByteArrayOutputStream(2 * ENOUGH);
  private volatile Moment moment = new Moment(0, "");

  private record Moment(long second, String text) {}

  /**
   * Begins one.
   *
   * @param errors told when it cannot be written
   */
  public AccessLog(LogFile file, LogFormat format, Consumer<String> errors) {
    this.file = file;
    this.format = format;
    this.errors = errors;
    Thread.ofPlatform().name("access-log").daemon(true).start(this::writeForEver);
  }

  /**
   * One request.
   *
   * @param user null: nobody in particular; likewise {@code referer} and {@code agent}
   */
  public record Line(
      String address,
      @Nullable String user,
      String method,
      String target,
      String protocol,
      int status,
      long bytes,
      @Nullable String host,
      @Nullable String referer,
      @Nullable String agent,
      long micros) {}

  @Override
  public void log(Request request, Response response) {
    Object user = request.getAttribute(Inside.USER);
    write(
        new Line(
            Request.getRemoteAddr(request),
            user == null ? null : user.toString(),
            request.getMethod(),
            request.getHttpURI().getPathQuery() == null ? "" : request.getHttpURI().getPathQuery(),
            request.getConnectionMetaData().getProtocol(),
            response.getStatus(),
            Response.getContentBytesWritten(response),
            request.getHeaders().get(HttpHeader.HOST),
            request.getHeaders().get(HttpHeader.REFERER),
            request.getHeaders().get(HttpHeader.USER_AGENT),
            (System.nanoTime() - request.getBeginNanoTime()) / 1000));
  }

  public void write(Line line) {
    StringBuilder text = new StringBuilder(256);
    switch (format) {
      case COMBINED -> combined(line, text);
      case JSON -> json(line, text);
    }
    byte[] bytes = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    synchronized (gathered) {
      gathered.write(bytes, 0, bytes.length);
      if (gathered.size() > ENOUGH) {
        gathered.notifyAll();
      }
    }
  }

  private void combined(Line line, StringBuilder text) {
    text.append(line.address()).append(" - ");
    escape(line.user() == null ? "-" : line.user(), text);
    text.append(" [").append(now()).append("] \"");
    escape(line.method(), text);
    text.append(' ');
    escape(line.target(), text);
    text.append(' ').append(line.protocol()).append("\" ").append(line.status()).append(' ');
    text.append(line.bytes()).append(" \"");
    escape(line.referer() == null ? "-" : line.referer(), text);
    text.append("\" \"");
    escape(line.agent() == null ? "-" : line.agent(), text);
    text.append('"');
  }

  private void json(Line line, StringBuilder text) {
    text.append("{\"time\":\"").append(Instant.now()).append('"');
    member("address", line.address(), text);
    member("user", line.user(), text);
    member("host", line.host(), text);
    member("method", line.method(), text);
    member("target", line.target(), text);
    member("protocol", line.protocol(), text);
    text.append(",\"status\":").append(line.status()).append(",\"bytes\":").append(line.bytes());
    text.append(",\"micros\":").append(line.micros());
    member("referer", line.referer(), text);
    member("agent", line.agent(), text);
    text.append('}');
  }

  private static void member(String name, @Nullable String value, StringBuilder text) {
    if (value == null) {
      return;
    }
    text.append(",\"").append(name).append("\":\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ' || c >= 0x7F) {
        String hex = Integer.toHexString(c);
        text.append("\\u").repeat('0', 4 - hex.length()).append(hex);
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  private static void escape(String value, StringBuilder text) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c >= 0x7F || c == '"' || c == '\\') {
        if (c < 0x100) {
          text.append("\\x").append(Character.forDigit(c >> 4, 16));
          text.append(Character.forDigit(c & 15, 16));
        } else {
          text.append('?');
        }
      } else {
        text.append(c);
      }
    }
  }

  private String now() {
    long second = System.currentTimeMillis() / 1000;
    Moment last = moment;
    if (last.second() != second) {
      last = new Moment(second, clock.format(Instant.ofEpochSecond(second).atZone(zone)));
      moment = last;
    }
    return last.text();
  }

  private void writeForEver() {
    while (true) {
      byte[] bytes;
      synchronized (gathered) {
        try {
          if (gathered.size() <= ENOUGH) {
            gathered.wait(PAUSE_MILLIS);
          }
        } catch (InterruptedException e) {
          return;
        }
        bytes = gathered.toByteArray();
        gathered.reset();
      }
      store(bytes);
    }
  }

  private void store(byte[] bytes) {
    if (bytes.length > 0) {
      try {
        file.write(bytes);
        failing = false;
      } catch (LinuxException e) {
        // A full disk must not end the serving. It is told once, until it goes well again.
        if (!failing) {
          failing = true;
          errors.accept(
              "the access log cannot be written, and lines are lost: " + e.errno().text());
        }
      }
    }
  }

  /** Writes what was gathered. */
  public void flush() {
    byte[] bytes;
    synchronized (gathered) {
      bytes = gathered.toByteArray();
      gathered.reset();
    }
    store(bytes);
  }

  /** Writes to another file from now on. */
  public void turnTo(Fd other) {
    flush();
    file.turnTo(other);
  }
}
