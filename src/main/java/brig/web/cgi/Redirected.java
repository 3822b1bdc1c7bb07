package brig.web.cgi;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** The request that a program's local redirect makes (RFC 3875, 6.2.2): a GET without a body. */
final class Redirected extends Request.Wrapper {
  private static final int MOST = 5;
  private static final String COUNT = Redirected.class.getName();

  private final HttpURI uri;
  private final HttpFields headers;

  private Redirected(Request request, String target) {
    super(request);
    this.uri = HttpURI.build(request.getHttpURI()).pathQuery(target).asImmutable();
    HttpFields.Mutable fields = HttpFields.build();
    for (HttpField field : request.getHeaders()) {
      HttpHeader header = field.getHeader();
      boolean ofBody =
          header == HttpHeader.CONTENT_LENGTH
              || header == HttpHeader.CONTENT_TYPE
              || header == HttpHeader.TRANSFER_ENCODING
              || header == HttpHeader.EXPECT;
      if (!ofBody) {
        fields.add(field);
      }
    }
    this.headers = fields.asImmutable();
  }

  /** Null when a program leads to a program leads to a program. */
  static @Nullable Request to(Request request, String target) {
    int count = request.getAttribute(COUNT) instanceof Integer before ? before : 0;
    if (count == MOST) {
      return null;
    }
    request.setAttribute(COUNT, count + 1);
    return new Redirected(request, target);
  }

  @Override
  public String getMethod() {
    return "GET";
  }

  @Override
  public HttpURI getHttpURI() {
    return uri;
  }

  @Override
  public HttpFields getHeaders() {
    return headers;
  }

  @Override
  public long getLength() {
    return 0;
  }

  @Override
  public Content.Chunk read() {
    return Content.Chunk.EOF;
  }
}
