package brig.web.cgi;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** From a request as the server has it to what a program is told. */
public final class Requests {
  private Requests() {}

  /**
   * The path as a file name. The server has taken out dots and decoded what may stand in an address
   * as it is; the rest is decoded here.
   *
   * @return null for one that no file can have: with a slash or a NUL in a name
   */
  public static @Nullable String path(Request request) {
    String path = Request.getPathInContext(request);
    if (path == null || !path.startsWith("/")) {
      return null;
    }
    boolean plain = true;
    for (int i = 0; i < path.length(); i++) {
      plain &= path.charAt(i) != '%' && path.charAt(i) < 0x7F;
    }
    return plain ? path : UrlText.path(path);
  }

  /**
   * All that a program is told.
   *
   * @param found the program and what is left for it
   * @param file where the program lies, where it runs
   * @param root the directory of the site, there
   * @param length of the body, -1 when it is not known
   * @param user who it is, if this server has asked
   */
  public static CgiRequest of(
      Request request,
      Scripts.Found found,
      String file,
      String root,
      long length,
      @Nullable String user) {
    HttpURI uri = Request.unWrap(request).getHttpURI();
    String query = request.getHttpURI().getQuery();
    ConnectionMetaData connection = request.getConnectionMetaData();
    List<Header> headers = new ArrayList<>();
    for (HttpField field : request.getHeaders()) {
      String value = field.getValue();
      headers.add(new Header(field.getName(), value == null ? "" : value));
    }
    return new CgiRequest(
        request.getMethod(),
        request.isSecure(),
        connection.getHttpVersion().asString(),
        Request.getServerName(request),
        Request.getServerPort(request),
        Request.getLocalAddr(request),
        Request.getRemoteAddr(request),
        Request.getRemotePort(request),
        uri.getPathQuery(),
        query == null ? "" : query,
        found.name(),
        found.rest(),
        file,
        root,
        length,
        request.getHeaders().get(HttpHeader.CONTENT_TYPE),
        user == null ? null : "Basic",
        user,
        headers);
  }
}
