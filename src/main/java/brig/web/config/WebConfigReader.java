package brig.web.config;

import brig.report.BrigException;
import brig.report.ExitCode;
import brig.spec.Amounts;
import brig.spec.Located;
import brig.spec.Mistakes;
import brig.spec.Section;
import brig.spec.toml.TomlDocument;
import java.time.Duration;
import java.util.ArrayList;
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

  private static final Duration HOUR = Duration.ofHours(1);
  private static final long KIB = 1024;
  private static final long CACHED_FILE = 256 * KIB;
  private static final long MIB = KIB * KIB;
  private static final long CACHE = 8 * MIB;

  private final String file;
  private final Mistakes mistakes;
  private final Section top;

  private WebConfigReader(String file, TomlDocument document) {
    this.file = file;
    mistakes = new Mistakes(document.problems());
    top = Section.of("", document.root(), mistakes, WebVocabulary.INSTANCE);
  }

  /**
   * Reads a configuration.
   *
   * @param file its name for messages, and absolute, for what is relative to it
   * @throws BrigException with every mistake, in the order of the file
   */
  public static WebConfig read(String file, byte[] content) throws BrigException {
    WebConfigReader reader = new WebConfigReader(file, TomlDocument.parse(file, content));
    WebConfig config = reader.config();
    if (!reader.mistakes.none()) {
      throw new BrigException(ExitCode.USAGE, reader.mistakes.sorted());
    }
    return config;
  }

  private WebConfig config() {
    String directory = file.substring(0, Math.max(1, file.lastIndexOf('/')));
    Located<String> root = top.filledText("server_root");
    String serverRoot = directory;
    if (root != null) {
      serverRoot = Paths.resolve(directory, root.value());
    }
    Paths paths = new Paths(serverRoot);
    boolean fixRoot = top.truth("fix_root", true);
    SiteReader main = new SiteReader(top, paths);
    Site first = main.main();
    List<Site> sites = new ArrayList<>();
    sites.add(first);
    for (Section keys : top.tables("site")) {
      sites.add(new SiteReader(keys, paths).named(first));
    }
    Located<String> chroot = chroot(paths, first);
    WebConfig config =
        new WebConfig(
            file,
            serverRoot,
            chroot,
            fixRoot,
            top.filledText("user"),
            top.filledText("group"),
            listens(sites),
            paths.of(top.filledText("pid_file")),
            mimeTypes(paths),
            address("status"),
            logs(paths),
            new LimitsReader(top.below("limits")).read(),
            worker(hasForms(sites)),
            sites);
    checkNames(sites);
    new JailedPaths(config, mistakes).check();
    return config;
  }

  private Located<String> mimeTypes(Paths paths) {
    Located<String> types = paths.of(top.filledText("mime_types"));
    return types == null ? new Located<>(MIME_TYPES, top.at()) : types;
  }

  private Located<String> chroot(Paths paths, Site main) {
    Located<String> word = top.filledText("chroot_dir");
    if (word == null || word.value().equals("DOCUMENT_ROOT")) {
      return new Located<>(main.root().value(), word == null ? main.root().at() : word.at());
    }
    if (word.value().equals("SERVER_ROOT")) {
      return new Located<>(paths.serverRoot(), word.at());
    }
    Located<String> path = paths.of(word);
    if (path != null && path.value().equals("/")) {
      mistakes.add(
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
      mistakes.addMissing(
          top.at(),
          "'listen' is missing",
          "Say where it is served: listen = [\"0.0.0.0:80\"], or listen_tls for TLS.");
    }
    boolean certificate = false;
    for (Site site : sites) {
      certificate |= site.tls() != null;
    }
    if (top.has("listen_tls") && !certificate) {
      mistakes.addMissing(
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
          mistakes.add(
              text.at(), "\"" + address + "\" is listened at twice", "Leave one of the two out.");
        }
      }
      listens.add(new WebConfig.Listen(address, tls, text.at()));
    }
  }

  private @Nullable Located<String> address(String key) {
    Located<String> text = top.filledText(key);
    String address = text == null ? null : checkAddress(key, text);
    return text == null || address == null ? null : new Located<>(address, text.at());
  }

  private @Nullable String checkAddress(String key, Located<String> text) {
    if (NumericAddress.of(text.value()) == null) {
      mistakes.add(
          text.at(),
          "\"" + text.value() + "\" in '" + key + "' is no address to listen at",
          "Write \"0.0.0.0:80\" for IPv4 or \"[::]:80\" for IPv6.");
      return null;
    }
    return text.value();
  }

  private WebConfig.Logs logs(Paths paths) {
    Section log = top.below("log");
    return new WebConfig.Logs(
        paths.of(log.filledText("access")),
        log.choice("format", FORMATS, WebConfig.LogFormat.COMBINED),
        paths.of(log.filledText("error")));
  }

  private static boolean hasForms(List<Site> sites) {
    for (Site site : sites) {
      for (Location location : site.locations()) {
        if (location.action() instanceof Action.Hole) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * @param forms of a hole are shown: what is sent in them lies in memory for a while
   */
  private WebConfig.Worker worker(boolean forms) {
    Section worker = top.below("worker");
    long usual = (forms ? 128 : 32) * MIB;
    long heap = Amounts.size(worker, "heap", 16 * MIB, 1024 * 1024 * MIB, usual);
    return new WebConfig.Worker(
        heap,
        Amounts.size(worker, "cache", 0, heap, worker.has("heap") ? heap / 4 : CACHE),
        Amounts.size(worker, "cache_file", 0, 16 * MIB, CACHED_FILE),
        Amounts.time(worker, "drain", Duration.ZERO, HOUR, Duration.ofSeconds(30)).toSeconds());
  }

  private void checkNames(List<Site> sites) {
    Map<String, Site> seen = new LinkedHashMap<>();
    for (Site site : sites) {
      for (String name : site.names()) {
        Site other = seen.putIfAbsent(name, site);
        if (other != null) {
          mistakes.add(
              site.at(),
              "two sites have the name \"" + name + "\"",
              "The other is at line " + other.at().line() + ".");
        }
      }
    }
  }
}
