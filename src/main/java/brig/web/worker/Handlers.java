package brig.web.worker;

import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.web.behind.Behind;
import brig.web.config.Action;
import brig.web.config.Location;
import brig.web.config.Site;
import brig.web.file.FileCache;
import brig.web.file.FilesHandler;
import brig.web.file.MimeTypes;
import brig.web.inside.Inside;
import brig.web.inside.Rooted;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The handler of each location. */
final class Handlers {
  private final Inside inside;
  private final MimeTypes types;
  private final FileCache cache;
  private final Behind behind;
  private final List<Rooted> rooted = new ArrayList<>();

  Handlers(Inside inside, MimeTypes types, FileCache cache, Behind behind) {
    this.behind = behind;
    this.inside = inside;
    this.types = types;
    this.cache = cache;
  }

  /** Those that keep directories open. */
  List<Rooted> rooted() {
    return rooted;
  }

  Handler of(Location location, Site site) {
    Handler handler =
        switch (location.action()) {
          case Action.Files files ->
              files.root() == null
                  ? files(site, "", site.root().value())
                  : files(site, location.path(), files.root().value());
          case Action.Redirect redirect -> new Redirecting(redirect);
          case Action.Status status -> new Answering(status.status());
          case Action.Cgi _, Action.FastCgi _, Action.Proxy _, Action.Hole _ ->
              behind(location, site);
        };
    try {
      return behind.guarded(location, handler);
    } catch (BrigException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private Handler behind(Location location, Site site) {
    try {
      Handler files = files(site, "", site.root().value());
      Handler made = behind.of(site, location, files);
      return made == null ? files : new Later(made, inside);
    } catch (LinuxException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private Handler files(Site site, String prefix, String root) {
    FilesHandler files = new FilesHandler(site, prefix, root, inside, types, cache);
    rooted.add(files);
    return files;
  }

  /** Nothing behind the server hears of what the worker asks itself. */
  private static final class Later extends Handler.Wrapper {
    private final Inside inside;

    Later(Handler made, Inside inside) {
      super(made);
      this.inside = inside;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      if (!inside.serves()) {
        Response.writeError(request, response, callback, 503);
        return true;
      }
      return super.handle(request, response, callback);
    }
  }

  private static final class Redirecting extends Handler.Abstract.NonBlocking {
    private final Action.Redirect redirect;

    Redirecting(Action.Redirect redirect) {
      this.redirect = redirect;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      response.setStatus(redirect.status());
      response.getHeaders().put(HttpHeader.LOCATION, redirect.to());
      response.write(true, null, callback);
      return true;
    }
  }

  private static final class Answering extends Handler.Abstract.NonBlocking {
    private final int status;

    Answering(int status) {
      this.status = status;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      Response.writeError(request, response, callback, status);
      return true;
    }
  }
}
