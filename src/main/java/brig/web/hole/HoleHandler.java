package brig.web.hole;

import brig.hole.front.Front;
import brig.hole.front.FrontRequest;
import brig.hole.front.FrontResponse;
import brig.hole.front.FrontResponse.Content;
import brig.hole.front.SocketListener;
import brig.web.cgi.Requests;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The forms of a hole below a path. Each request has a virtual thread: output that streams keeps
 * one for as long as a job runs, and costs no more than that.
 */
public final class HoleHandler extends Handler.Abstract {
  /**
   * What a form that was sent takes, once as it came and again as it is understood, of the heap.
   */
  private static final int PARTS_OF_HEAP = 6;

  private final String base;
  private final Front front;
  private final Semaphore free;
  private final BodyBudget bodies;
  private final Consumer<String> errors;

  /**
   * @param base the path: begins and ends with a slash
   * @param number of the hole
   * @param most requests at once
   * @param errors lines for the error log
   */
  public HoleHandler(
      String base, Connections connections, int number, int most, Consumer<String> errors) {
    this.base = base;
    this.front = new Front(base, new SocketListener(() -> connections.connect(number)));
    this.free = new Semaphore(most);
    this.bodies = new BodyBudget(Runtime.getRuntime().maxMemory() / PARTS_OF_HEAP);
    this.errors = errors;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    Rehearsal.play();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = Requests.path(request);
    if (path == null || !path.startsWith(base)) {
      Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
      return true;
    }
    if (!free.tryAcquire()) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
      Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
      return true;
    }
    String below = path.substring(base.length() - 1);
    Thread.ofVirtual()
        .name("hole")
        .start(
            () -> {
              try {
                answer(request, below, response, callback);
              } finally {
                free.release();
              }
            });
    return true;
  }

  private void answer(Request request, String path, Response response, Callback callback) {
    // Not to be closed but by the engine: the request may be over when this ends.
    InputStream in = org.eclipse.jetty.io.Content.Source.asInputStream(request);
    try (BodyBudget.Counted body = bodies.new Counted(in)) {
      FrontResponse answer = front.answer(asked(request, path, body));
      HttpFields.Mutable fields = response.getHeaders();
      response.setStatus(answer.status());
      for (FrontResponse.Header header : answer.headers()) {
        if (header.name().equals("Set-Cookie")) {
          fields.add(header.name(), header.value());
        } else {
          fields.put(header.name(), header.value()); // in place of the site's own
        }
      }
      switch (answer.content()) {
        case Content.Whole(byte[] bytes) -> {
          fields.put(HttpHeader.CONTENT_LENGTH, bytes.length);
          response.write(true, ByteBuffer.wrap(bytes), callback);
        }
        case Content.Streamed(FrontResponse.Writer writer) ->
            stream(request, response, writer, callback);
      }
    } catch (RuntimeException e) {
      errors.accept("hole " + base + ": " + e);
      callback.failed(e);
    }
  }

  private static void stream(
      Request request, Response response, FrontResponse.Writer writer, Callback callback) {
    if (request.getMethod().equals("HEAD")) {
      response.write(true, null, callback);
      return;
    }
    try (OutputStream out = org.eclipse.jetty.io.Content.Sink.asOutputStream(response)) {
      writer.write(out);
    } catch (IOException e) {
      callback.failed(e); // the browser has gone
      return;
    }
    callback.succeeded();
  }

  private static FrontRequest asked(Request request, String path, InputStream body) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (HttpField field : request.getHeaders()) {
      String name = field.getLowerCaseName();
      String value = field.getValue();
      if (value != null) {
        headers.merge(name, value, (a, b) -> a + (name.equals("cookie") ? "; " : ", ") + b);
      }
    }
    String authority = request.getHttpURI().getAuthority();
    if (authority != null) {
      headers.putIfAbsent("host", authority); // HTTP/2 has it elsewhere
    }
    String query = request.getHttpURI().getQuery();
    return new FrontRequest(
        request.getMethod(),
        path,
        query == null ? "" : query,
        headers,
        request.isSecure(),
        Request.getRemoteAddr(request),
        body);
  }
}
