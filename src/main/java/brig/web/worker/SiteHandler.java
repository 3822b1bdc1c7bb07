package brig.web.worker;

import brig.web.config.Location;
import brig.web.config.Site;
import brig.web.config.WebConfig;
import brig.web.route.Rewriting;
import brig.web.route.Sites;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The one handler of the server: site, headers, rewrites, location, in this order. */
final class SiteHandler extends Handler.Abstract.NonBlocking {
  /** The attribute of a request that holds its site. */
  static final String SITE = "brig.site";

  private static final List<HttpField> SAFE =
      List.of(
          new HttpField("X-Content-Type-Options", "nosniff"),
          new HttpField("X-Frame-Options", "SAMEORIGIN"),
          new HttpField("Referrer-Policy", "strict-origin-when-cross-origin"));

  private final Sites sites;
  private final Map<Site, Map<Location, Handler>> handlers = new HashMap<>();
  private final Map<Site, Handler> files = new HashMap<>();
  private final Map<Site, List<HttpField>> headers = new HashMap<>();
  private volatile boolean finishing;

  SiteHandler(WebConfig config, Handlers maker) {
    sites = new Sites(config);
    for (Site site : config.sites()) {
      Map<Location, Handler> ofSite = new HashMap<>();
      for (Location location : site.locations()) {
        ofSite.put(location, maker.of(location, site));
      }
      handlers.put(site, ofSite);
      files.put(site, maker.of(Sites.location(site, ""), site));
      headers.put(site, headersOf(site));
    }
  }

  private static List<HttpField> headersOf(Site site) {
    List<HttpField> fields = new ArrayList<>(SAFE);
    for (Site.Header header : site.headers()) {
      fields.removeIf(
          field ->
              field
                  .getName()
                  .toLowerCase(Locale.ROOT)
                  .equals(header.name().toLowerCase(Locale.ROOT)));
      if (!header.value().isEmpty()) {
        fields.add(new HttpField(header.name(), header.value()));
      }
    }
    return List.copyOf(fields);
  }

  /** Every handler, so that each is started before the jail is closed. */
  List<Handler> all() {
    List<Handler> all = new ArrayList<>(files.values());
    for (Map<Location, Handler> ofSite : handlers.values()) {
      all.addAll(ofSite.values());
    }
    return all;
  }

  /** From now on each answer ends its connection. */
  void finish() {
    finishing = true;
  }

  boolean isFinishing() {
    return finishing;
  }

  Sites sites() {
    return sites;
  }

  List<HttpField> headers(Site site) {
    return headers.getOrDefault(site, SAFE);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Site site = sites.of(request.getHeaders().get(HttpHeader.HOST));
    request.setAttribute(SITE, site);
    HttpFields.Mutable fields = response.getHeaders();
    for (HttpField field : headers(site)) {
      fields.put(field);
    }
    if (finishing && request.getConnectionMetaData().getHttpVersion().getVersion() <= 11) {
      fields.put(HttpHeader.CONNECTION, "close");
    }
    String path = request.getHttpURI().getDecodedPath();
    if (path == null || !path.startsWith("/")) {
      // OPTIONS *, CONNECT and the like: nothing here is asked that way.
      Response.writeError(request, response, callback, 400);
      return true;
    }
    Rewriting.Rewritten rewritten = Rewriting.of(site, path);
    Request asked = request;
    if (rewritten != null) {
      if (rewritten.redirect() > 0) {
        return redirect(request, response, callback, rewritten);
      }
      path = rewritten.to();
      asked = at(request, path);
    }
    return handlerOf(site, path).handle(asked, response, callback);
  }

  /** The same request for another path. */
  static Request at(Request request, String path) {
    HttpURI uri =
        HttpURI.build(request.getHttpURI())
            .path(org.eclipse.jetty.util.URIUtil.encodePath(path))
            .asImmutable();
    return new Request.Wrapper(request) {
      @Override
      public HttpURI getHttpURI() {
        return uri;
      }
    };
  }

  private static boolean redirect(
      Request request, Response response, Callback callback, Rewriting.Rewritten rewritten) {
    String query = request.getHttpURI().getQuery();
    String to = rewritten.to();
    String encoded =
        to.startsWith("/")
            ? "/"
                + org.eclipse.jetty.util.URIUtil.encodePath(to.substring(1)).replaceFirst("^/+", "")
            : to.replace("\r", "").replace("\n", "");
    response.setStatus(rewritten.redirect());
    response.getHeaders().put(HttpHeader.LOCATION, encoded + (query == null ? "" : "?" + query));
    response.write(true, null, callback);
    return true;
  }

  private Handler handlerOf(Site site, String path) {
    Map<Location, Handler> ofSite = handlers.get(site);
    @Nullable Handler handler = ofSite == null ? null : ofSite.get(Sites.location(site, path));
    if (handler == null) {
      handler = files.get(site);
    }
    if (handler == null) {
      throw new IllegalStateException("a site without a handler");
    }
    return handler;
  }

  /** The files of a site, for its pages of errors. */
  @Nullable Handler filesOf(Site site) {
    return files.get(site);
  }
}
