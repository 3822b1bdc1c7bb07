package brig.web.config;

import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Position;
import brig.report.Problem;
import brig.spec.Located;
import brig.spec.toml.TomlDocument;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the file of {@code brig serve}. All mistakes are found in one go; nothing else is read. */
public final class WebConfigReader {
  private static final Map<String, WebConfig.LogFormat> FORMATS = new LinkedHashMap<>();

  static {
    FORMATS.put("combined", WebConfig.LogFormat.COMBINED);
    FORMATS.put("json", WebConfig.LogFormat.JSON);
  }

  /** What the type of a file is looked up in, unless the file names another. */
  public static final String MIME_TYPES = "/etc/mime.types";

  private static final long KIB = 1024;
  private static final long CACHED_FILE = 256 * KIB;
  private static final long MIB = KIB * KIB;

  private final String file;
  private final List<Problem> problems;
  private final Keys top;

  private WebConfigReader(String file, TomlDocument document) {
    this.file = file;
    problems = new ArrayList<>(document.problems());
    top = new Keys("", document.root(), problems);
  }

  /**
   * Reads a configuration.
   *
   * @param file its name for messages, and absolute, for what is relative to it
   * @throws BrigException with every mistake, in the order of the file
   */
  public static WebConfig read(String file, byte[] content) throws BrigException {
    TomlDocument document = TomlDocument.parse(file, content);
    boolean readable = document.problems().isEmpty();
    WebConfigReader reader = new WebConfigReader(file, document);
    WebConfig config = reader.config();
    if (!reader.problems.isEmpty()) {
      List<Problem> sorted = readable ? reader.problems : new ArrayList<>(document.problems());
      sorted.sort(
          Comparator.comparing(
              Problem::position, Comparator.nullsFirst(Comparator.naturalOrder())));
      throw new BrigException(ExitCode.USAGE, sorted);
    }
    return config;
  }

  private WebConfig config() {
    String directory = file.substring(0, Math.max(1, file.lastIndexOf('/')));
    Located<String> root = top.text("server_root");
    String serverRoot = directory;
    if (root != null) {
      serverRoot = Paths.resolve(directory, root.value());
    }
    Paths paths = new Paths(serverRoot);
    boolean fixRoot = top.truth("fix_root", true);
    SiteReader main = new SiteReader(top, paths, problems);
    Site first = main.main();
    List<Site> sites = new ArrayList<>();
    sites.add(first);
    for (Keys keys : top.tables("site")) {
      sites.add(new SiteReader(keys, paths, problems).named(first));
    }
    Located<String> chroot = chroot(paths, first);
    WebConfig config =
        new WebConfig(
            file,
            serverRoot,
            chroot,
            fixRoot,
            top.text("user"),
            top.text("group"),
            listens(sites),
            paths.of(top.text("pid_file")),
            mimeTypes(paths),
            address("status"),
            logs(paths),
            new LimitsReader(top.table("limits")).read(),
            worker(),
            sites);
    checkNames(sites);
    new JailedPaths(config, problems).check();
    top.done();
    return config;
  }

  private Located<String> mimeTypes(Paths paths) {
    Located<String> types = paths.of(top.text("mime_types"));
    return types == null ? new Located<>(MIME_TYPES, top.at()) : types;
  }

  private Located<String> chroot(Paths paths, Site main) {
    Located<String> word = top.text("chroot_dir");
    if (word == null || word.value().equals("DOCUMENT_ROOT")) {
      return new Located<>(main.root().value(), word == null ? main.root().at() : word.at());
    }
    if (word.value().equals("SERVER_ROOT")) {
      return new Located<>(paths.serverRoot(), word.at());
    }
    Located<String> path = paths.of(word);
    if (path != null && path.value().equals("/")) {
      top.wrong(
          word.at(),
          "'chroot_dir' cannot be \"/\": that is no jail",
          "Name the directory that holds the sites.");
    }
    return path == null ? word : path;
  }

  private List<WebConfig.Listen> listens(List<Site> sites) {
    List<WebConfig.Listen> listens = new ArrayList<>();
    addListens("listen", false, listens);
    addListens("listen_tls", true, listens);
    if (listens.isEmpty() && !top.has("listen") && !top.has("listen_tls")) {
      top.wrong(
          top.at(),
          "'listen' is missing",
          "Say where it is served: listen = [\"0.0.0.0:80\"], or listen_tls for TLS.");
    }
    boolean certificate = false;
    for (Site site : sites) {
      certificate |= site.tls() != null;
    }
    if (top.has("listen_tls") && !certificate) {
      top.wrong(
          top.positionOf("listen_tls"),
          "'listen_tls' without a certificate",
          "Name one: tls = { certificate = \"...\", key = \"...\" }, at the top or in a [[site]].");
    }
    return listens;
  }

  private void addListens(String key, boolean tls, List<WebConfig.Listen> listens) {
    for (Located<String> text : top.texts(key)) {
      String address = checkAddress(key, text);
      if (address == null) {
        continue;
      }
      for (WebConfig.Listen other : listens) {
        if (other.address().equals(address)) {
          top.wrong(
              text.at(), "\"" + address + "\" is listened at twice", "Leave one of the two out.");
        }
      }
      listens.add(new WebConfig.Listen(address, tls, text.at()));
    }
  }

  private @Nullable Located<String> address(String key) {
    Located<String> text = top.text(key);
    String address = text == null ? null : checkAddress(key, text);
    return text == null || address == null ? null : new Located<>(address, text.at());
  }

  private @Nullable String checkAddress(String key, Located<String> text) {
    String address = text.value();
    int colon = address.lastIndexOf(':');
    long port = colon < 0 ? -1 : Keys.number(address.substring(colon + 1));
    String host = colon < 0 ? "" : address.substring(0, colon);
    boolean six = host.startsWith("[") && host.endsWith("]");
    boolean good = port >= 1 && port <= 65535 && isLiteral(host, six);
    if (!good) {
      top.wrong(
          text.at(),
          "\"" + address + "\" in '" + key + "' is no address to listen at",
          "Write \"0.0.0.0:80\" for IPv4 or \"[::]:80\" for IPv6.");
      return null;
    }
    return address;
  }

  private static boolean isLiteral(String host, boolean six) {
    try {
      String text = six ? host.substring(1, host.length() - 1) : host;
      return !text.isEmpty() && InetAddress.ofLiteral(text).getAddress().length == (six ? 16 : 4);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private WebConfig.Logs logs(Paths paths) {
    Keys log = top.table("log");
    if (log == null) {
      return new WebConfig.Logs(null, WebConfig.LogFormat.COMBINED, null);
    }
    WebConfig.Logs logs =
        new WebConfig.Logs(
            paths.of(log.text("access")),
            log.choice("format", FORMATS, WebConfig.LogFormat.COMBINED),
            paths.of(log.text("error")));
    log.done();
    return logs;
  }

  private WebConfig.Worker worker() {
    Keys worker = top.table("worker");
    if (worker == null) {
      return new WebConfig.Worker(32 * MIB, 8 * MIB, CACHED_FILE, 30);
    }
    long heap = worker.size("heap", 32 * MIB);
    if (heap < 16 * MIB) {
      worker.wrong(
          worker.positionOf("heap"),
          "'heap' in [worker] is too small",
          "It is \"16M\" at least, \"32M\" if nothing is said.");
    }
    WebConfig.Worker read =
        new WebConfig.Worker(
            heap,
            worker.size("cache", heap / 4),
            worker.size("cache_file", CACHED_FILE),
            worker.duration("drain", Duration.ofSeconds(30)).toSeconds());
    worker.done();
    return read;
  }

  private void checkNames(List<Site> sites) {
    Map<String, Site> seen = new LinkedHashMap<>();
    for (Site site : sites) {
      for (String name : site.names()) {
        Site other = seen.putIfAbsent(name, site);
        if (other != null) {
          Position at = site.at();
          top.wrong(
              at,
              "two sites have the name \"" + name + "\"",
              "The other is at line " + other.at().line() + ".");
        }
      }
    }
  }
}
