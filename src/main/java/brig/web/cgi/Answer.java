package brig.web.cgi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Makes the server's answer of a program's, as it comes. The framing is the server's own: of the
 * program's header nothing is copied that says where the message ends.
 */
public final class Answer {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Response response;
  private final CgiHeader header;
  private boolean body;
  private boolean bodyless;
  private long left = -1;
  private @Nullable ByteBuffer pending;
  private CgiAnswer.@Nullable LocalRedirect redirect;

  /**
   * @param wholeResponse see {@link CgiHeader}
   */
  public Answer(Response response, boolean wholeResponse) {
    this.response = response;
    this.header = new CgiHeader(wholeResponse);
  }

  /**
   * Takes bytes of the program. They may be kept until the next call of {@link #flush} or {@link
   * #end}, and must not be changed before it.
   *
   * @throws CgiFault when they are no answer
   * @throws ClientGone when nobody waits for them
   */
  public void output(ByteBuffer bytes) throws IOException {
    if (!body) {
      CgiAnswer answer = header.read(bytes);
      if (answer == null) {
        return;
      }
      body = true;
      begin(answer);
      if (!bodyless && redirect == null) {
        pending = NOTHING; // the header goes out although the body may take its time
      }
    }
    if (!bytes.hasRemaining() || bodyless || redirect != null) {
      return;
    }
    if (pending != null && pending.hasRemaining()) {
      flush();
    }
    ByteBuffer piece = bytes.slice();
    if (left >= 0 && piece.remaining() > left) {
      piece.limit((int) left); // more than it said: the client would take it for another answer
    }
    left = left < 0 ? -1 : left - piece.remaining();
    pending = piece;
  }

  private void begin(CgiAnswer answer) {
    switch (answer) {
      case CgiAnswer.LocalRedirect local -> redirect = local;
      case CgiAnswer.Document document -> {
        response.setStatus(document.status());
        bodyless = document.status() == 204 || document.status() == 304;
        copy(document);
        if (document.length() >= 0 && !bodyless) {
          left = document.length();
          response.getHeaders().put(HttpHeader.CONTENT_LENGTH, document.length());
        }
      }
    }
  }

  /** Its fields take the place of the server's own of the same name. */
  private void copy(CgiAnswer.Document document) {
    HttpFields.Mutable fields = response.getHeaders();
    Set<String> seen = new HashSet<>();
    for (Header field : document.fields()) {
      HttpField copy = new HttpField(field.name(), field.value());
      if (seen.add(field.name().toLowerCase(Locale.ROOT))) {
        fields.put(copy);
      } else {
        fields.add(copy);
      }
    }
  }

  /** Sends what is there: the program may take its time for the rest. */
  public void flush() throws IOException {
    ByteBuffer piece = pending;
    pending = null;
    if (piece != null) {
      write(false, piece);
    }
  }

  /** Whether something is there to be sent. */
  public boolean isPending() {
    return pending != null;
  }

  /**
   * The program has ended as it should.
   *
   * @throws CgiFault when its answer is not whole
   */
  public void end() throws IOException {
    ByteBuffer last = last();
    if (redirect == null) {
      write(true, last);
    }
  }

  /**
   * The same, without waiting for the client.
   *
   * @param outcome told when the rest is sent; what it was given last must not change until then
   * @throws CgiFault when its answer is not whole; nothing is told then
   */
  public void end(Outcome outcome) throws IOException {
    ByteBuffer last = last();
    if (redirect == null) {
      response.write(
          true,
          last,
          Callback.from(
              () -> outcome.answered(null),
              failure -> outcome.unanswered(new ClientGone(new IOException(failure)))));
    } else {
      outcome.answered(redirect());
    }
  }

  /** What is still to be sent. */
  private ByteBuffer last() throws CgiFault {
    if (!body) {
      throw new CgiFault(
          header.isEmpty() ? "it answered nothing" : "it ended before its header did");
    }
    if (left > 0 && redirect == null && !isHead()) {
      throw new CgiFault("it ended " + left + " bytes before its Content-Length");
    }
    ByteBuffer last = pending == null ? NOTHING : pending;
    pending = null;
    return last;
  }

  private void write(boolean last, ByteBuffer bytes) throws ClientGone {
    try {
      Content.Sink.write(response, last, bytes);
    } catch (IOException e) {
      throw new ClientGone(e);
    }
  }

  private boolean isHead() {
    return response.getRequest().getMethod().equals("HEAD");
  }

  /** Where this server is to look instead; null when it is not. */
  public @Nullable String redirect() {
    return redirect == null ? null : redirect.target();
  }
}
