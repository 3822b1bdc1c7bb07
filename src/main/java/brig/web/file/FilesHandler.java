package brig.web.file;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.web.config.Site;
import brig.web.inside.Inside;
import brig.web.inside.Rooted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.URIUtil;
import org.jspecify.annotations.Nullable;

/**
 * Static files below one directory. A path is opened in one step beneath it (openat2(2),
 * RESOLVE_BENEATH): no link and no {@code ..} leads out, whatever is changed meanwhile. Names that
 * begin with a dot are not there, but /.well-known (RFC 8615).
 */
public final class FilesHandler extends Handler.Abstract.NonBlocking implements Rooted {
  private static final int OUTSIDE_NEVER = Fd.RESOLVE_BENEATH | Fd.RESOLVE_NO_MAGICLINKS;

  private final Site site;
  private final String prefix;
  private final String configured;
  private final Inside inside;
  private final MimeTypes types;
  private final FileCache cache;
  private final int resolve;
  private final Siblings siblings = new Siblings();
  private @Nullable Fd root;

  /**
   * @param prefix of the paths that are served, which an alias leaves out; empty: none
   * @param configured the directory, as the configuration has it
   */
  public FilesHandler(
      Site site,
      String prefix,
      String configured,
      Inside inside,
      MimeTypes types,
      FileCache cache) {
    this.site = site;
    this.prefix = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    this.configured = configured;
    this.inside = inside;
    this.types = types;
    this.cache = cache;
    this.resolve = OUTSIDE_NEVER | (site.links() == Site.Links.NONE ? Fd.RESOLVE_NO_SYMLINKS : 0);
  }

  @Override
  public void open() throws IOException {
    Fd before = root;
    root = Fd.open(inside.path(configured), Fd.O_PATH | Fd.O_DIRECTORY);
    if (before != null) {
      before.close();
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String method = request.getMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      if (method.equals("OPTIONS")) {
        response.setStatus(204);
        response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD, OPTIONS");
        callback.succeeded();
        return true;
      }
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD, OPTIONS");
      Response.writeError(request, response, callback, 405);
      return true;
    }
    String path = request.getHttpURI().getDecodedPath();
    String name = path == null ? null : relative(path);
    if (name == null || path == null) {
      Response.writeError(request, response, callback, 404);
      return true;
    }
    try {
      serve(request, response, callback, path, name);
    } catch (LinuxException e) {
      Response.writeError(request, response, callback, status(e));
    }
    return true;
  }

  private int status(LinuxException e) {
    return switch (e.errno()) {
      case ENOENT, ENOTDIR, ELOOP, EXDEV, ENAMETOOLONG, EINVAL, ENXIO, ENODEV -> 404;
      case EACCES, EPERM -> 403;
      default -> {
        inside.error("cannot serve " + e.path() + ": " + e.errno().text());
        yield e.errno() == Errno.EMFILE || e.errno() == Errno.ENFILE ? 503 : 500;
      }
    };
  }

  /** The name below the root; empty for the root itself, null when there can be none. */
  private @Nullable String relative(String path) {
    if (!path.startsWith(prefix) || path.indexOf('\0') >= 0) {
      return null;
    }
    int from = prefix.length();
    StringBuilder name = new StringBuilder(path.length());
    while (from < path.length()) {
      int slash = path.indexOf('/', from);
      int end = slash < 0 ? path.length() : slash;
      if (end > from) {
        boolean wellKnown = name.isEmpty() && path.startsWith(".well-known", from);
        if (path.charAt(from) == '.' && !(wellKnown && end - from == 11)) {
          return null;
        }
        if (!name.isEmpty()) {
          name.append('/');
        }
        name.append(path, from, end);
      }
      from = end + 1;
    }
    return name.toString();
  }

  private void serve(
      Request request, Response response, Callback callback, String path, String name)
      throws IOException {
    boolean directory = path.endsWith("/") || name.isEmpty();
    if (directory) {
      for (String index : site.index()) {
        String indexName = name.isEmpty() ? index : name + "/" + index;
        if (file(request, response, callback, indexName, true)) {
          return;
        }
      }
      list(request, response, callback, path, name);
      return;
    }
    if (!file(request, response, callback, name, false)) {
      // A directory, asked for without its slash.
      redirect(request, response, callback);
    }
  }

  private static void redirect(Request request, Response response, Callback callback) {
    HttpURI uri = request.getHttpURI();
    String path = uri.getPath();
    int from = 0;
    while (from + 1 < path.length() && path.charAt(from + 1) == '/') {
      from++; // "//host/" would be another host
    }
    String query = uri.getQuery();
    response.setStatus(301);
    response
        .getHeaders()
        .put(HttpHeader.LOCATION, path.substring(from) + "/" + (query == null ? "" : "?" + query));
    response.write(true, null, callback);
  }

  /**
   * Serves a file.
   *
   * @return false when it is a directory, or an index that is not there
   */
  private boolean file(
      Request request, Response response, Callback callback, String name, boolean index)
      throws IOException {
    String key = configured + "\0" + name;
    String accepted = request.getHeaders().get(HttpHeader.ACCEPT_ENCODING);
    if (accepted != null) {
      for (String encoding : Siblings.ENCODINGS) {
        if (Siblings.accepts(accepted, encoding)
            && encoded(request, response, callback, name, encoding, key)) {
          return true;
        }
      }
    }
    FileCache.Kept kept = cache.get(key);
    if (kept != null && kept.isFresh()) {
      if (!siblings.any()) {
        long until = kept.seenNanos() + FileCache.FRESH_NANOS;
        request.setAttribute(Memory.ATTRIBUTE, new Memory(kept.body(), until));
      }
      answer(request, response, callback, kept.version(), kept.type(), "", kept.body(), null);
      return true;
    }
    Fd file;
    try {
      file = below(name);
    } catch (LinuxException e) {
      cache.remove(key);
      if (index && (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR)) {
        return false;
      }
      throw e;
    }
    return opened(request, response, callback, file, key, types.of(name), "");
  }

  private Fd below(String name) throws LinuxException {
    Fd top = root;
    if (top == null) {
      throw new LinuxException("openat2", name, Errno.EBADF);
    }
    return top.openAt(name.isEmpty() ? "." : name, Version.OPEN, 0, resolve);
  }

  private boolean opened(
      Request request,
      Response response,
      Callback callback,
      Fd file,
      String key,
      String type,
      String encoding)
      throws IOException {
    boolean sent = false;
    try {
      Stat stat = file.stat();
      if (stat.isDirectory()) {
        return false;
      }
      if (!stat.isFile()) {
        throw new LinuxException("open", file.path(), Errno.EACCES);
      }
      Version version = Version.of(stat, encoding);
      if (cache.takes(stat.size())) {
        ByteBuffer body = keep(file, version, key, type);
        answer(request, response, callback, version, type, encoding, body, null);
        return true;
      }
      sent = answer(request, response, callback, version, type, encoding, null, file);
      return true;
    } finally {
      if (!sent) {
        file.close();
      }
    }
  }

  private ByteBuffer keep(Fd file, Version version, String key, String type) throws LinuxException {
    FileCache.Kept before = cache.get(key);
    ByteBuffer body;
    if (before != null && before.version().equals(version)) {
      body = before.body();
    } else {
      body = ByteBuffer.allocateDirect((int) version.size());
      while (body.hasRemaining() && file.read(body.position(), body) > 0) {
        // to its end
      }
      body.flip();
      if (body.remaining() != version.size()) {
        throw new LinuxException("read", file.path(), Errno.EIO);
      }
    }
    cache.put(key, new FileCache.Kept(version, body, type, System.nanoTime()));
    return body;
  }

  /** NAME.br, NAME.zst or NAME.gz beside the file, not older than it. */
  private boolean encoded(
      Request request,
      Response response,
      Callback callback,
      String name,
      String encoding,
      String key)
      throws IOException {
    if (siblings.isFresh(key) && !siblings.has(key)) {
      return false;
    }
    Fd file;
    try {
      file = below(name + Siblings.suffix(encoding));
    } catch (LinuxException e) {
      if (encoding.equals(Siblings.ENCODINGS.getLast())) {
        siblings.none(key);
      }
      return false;
    }
    try (Fd plain = below(name)) {
      Stat of = plain.stat();
      if (!of.isFile() || of.modifiedNanos() > file.stat().modifiedNanos()) {
        file.close();
        return false;
      }
    } catch (LinuxException e) {
      file.close();
      return false;
    }
    siblings.some(key);
    return opened(
        request, response, callback, file, key + "\0" + encoding, types.of(name), encoding);
  }

  /** Whether the file is being sent, and is no longer ours to close. */
  private boolean answer(
      Request request,
      Response response,
      Callback callback,
      Version version,
      String type,
      String encoding,
      @Nullable ByteBuffer body,
      @Nullable Fd file) {
    HttpFields asked = request.getHeaders();
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(HttpHeader.ETAG, version.etag());
    headers.put(HttpHeader.LAST_MODIFIED, version.lastModified());
    if (!encoding.isEmpty()) {
      headers.put(HttpHeader.CONTENT_ENCODING, encoding);
    }
    if (!encoding.isEmpty() || siblings.any()) {
      headers.add(HttpHeader.VARY, "Accept-Encoding");
    }
    int refused = Conditions.evaluate(asked, version);
    if (refused == 304) {
      response.setStatus(304);
      response.write(true, null, callback);
      return false;
    }
    if (refused != 0) {
      Response.writeError(request, response, callback, refused);
      return false;
    }
    headers.put(HttpHeader.ACCEPT_RANGES, "bytes");
    String range = request.getMethod().equals("GET") ? asked.get(HttpHeader.RANGE) : null;
    List<Ranges.Range> ranges =
        range == null || !Conditions.rangeHolds(asked, version)
            ? null
            : Ranges.parse(range, version.size());
    if (ranges != null && ranges.isEmpty()) {
      headers.put(HttpHeader.CONTENT_RANGE, "bytes */" + version.size());
      Response.writeError(request, response, callback, 416);
      return false;
    }
    Parts parts = Parts.announce(response, ranges, version, type);
    if (request.getMethod().equals("HEAD")) {
      response.write(true, null, callback);
      return false;
    }
    if (body != null) {
      response.write(true, parts.of(body), callback);
      return false;
    }
    if (file == null || version.size() == 0) {
      response.write(true, null, callback);
      return false;
    }
    new FileSender(
            request.getComponents().getByteBufferPool(), response, file, parts.all(), callback)
        .iterate();
    return true;
  }

  private void list(Request request, Response response, Callback callback, String path, String name)
      throws IOException {
    try (Fd directory = below(name)) {
      if (!directory.stat().isDirectory()) {
        throw new LinuxException("open", name, Errno.ENOTDIR);
      }
      if (!site.listing()) {
        Response.writeError(request, response, callback, 403);
        return;
      }
      byte[] page = Listing.of(URIUtil.encodePath(path), path, directory);
      response.setStatus(200);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/html;charset=utf-8");
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, page.length);
      boolean head = request.getMethod().equals("HEAD");
      response.write(true, head ? null : ByteBuffer.wrap(page), callback);
    }
  }
}
