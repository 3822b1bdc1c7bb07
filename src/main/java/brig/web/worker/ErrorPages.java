package brig.web.worker;

import brig.spec.Located;
import brig.web.config.Site;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The site's own page for a status, or a short one that tells nothing but the status. */
final class ErrorPages extends ErrorHandler {
  private static final String INSIDE = "brig.error";

  private final SiteHandler sites;

  ErrorPages(SiteHandler sites) {
    this.sites = sites;
    setShowStacks(false);
    setShowCauses(false);
    setShowOrigin(false);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    int status = response.getStatus();
    Site site =
        request.getAttribute(SiteHandler.SITE) instanceof Site known
            ? known
            : sites.sites().of(request.getHeaders().get(HttpHeader.HOST));
    for (HttpField field : sites.headers(site)) {
      response.getHeaders().put(field);
    }
    Located<String> page = site.errorPages().get(status);
    Handler files = sites.filesOf(site);
    if (page != null && files != null && request.getAttribute(INSIDE) == null) {
      request.setAttribute(INSIDE, page);
      return files.handle(
          asPage(request, page.value()), new Kept(request, response, status), callback);
    }
    small(request, response, status, callback);
    return true;
  }

  /** A plain GET of the page, whatever the client asked for and on what condition. */
  private static Request asPage(Request request, String page) {
    Request at = SiteHandler.at(request, page);
    HttpFields.Mutable fields = HttpFields.build();
    return new Request.Wrapper(at) {
      @Override
      public String getMethod() {
        return request.getMethod().equals("HEAD") ? "HEAD" : "GET";
      }

      @Override
      public HttpFields getHeaders() {
        return fields;
      }
    };
  }

  /** The page's own success is not the answer's status. */
  private static final class Kept extends Response.Wrapper {
    private final int status;

    Kept(Request request, Response response, int status) {
      super(request, response);
      this.status = status;
    }

    @Override
    public void setStatus(int other) {
      super.setStatus(other < 300 ? status : other);
    }
  }

  private static void small(Request request, Response response, int status, Callback callback) {
    @Nullable String reason = HttpStatus.getMessage(status);
    byte[] page =
        ("<!DOCTYPE html>\n<title>"
                + status
                + " "
                + reason
                + "</title>\n<h1>"
                + status
                + " "
                + reason
                + "</h1>\n")
            .getBytes(StandardCharsets.UTF_8);
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(HttpHeader.CONTENT_TYPE, "text/html;charset=utf-8");
    headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    headers.remove(HttpHeader.ETAG);
    headers.remove(HttpHeader.LAST_MODIFIED);
    headers.put(HttpHeader.CONTENT_LENGTH, page.length);
    boolean head = request.getMethod().equals("HEAD");
    response.write(true, head ? null : ByteBuffer.wrap(page), callback);
  }
}
