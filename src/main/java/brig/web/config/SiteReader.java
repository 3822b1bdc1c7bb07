package brig.web.config;

import brig.report.Position;
import brig.report.Problem;
import brig.spec.Located;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of a site: at the top of the file those of the main one, in each [[site]] another's. */
final class SiteReader {
  private static final Map<String, Site.Links> LINKS = new LinkedHashMap<>();

  static {
    LINKS.put("inside", Site.Links.INSIDE);
    LINKS.put("none", Site.Links.NONE);
  }

  private final Keys keys;
  private final Paths paths;
  private final List<Problem> problems;

  SiteReader(Keys keys, Paths paths, List<Problem> problems) {
    this.keys = keys;
    this.paths = paths;
    this.problems = problems;
  }

  /** The main site, which answers for every name that no other has. */
  Site main() {
    List<String> names = names();
    return site(names, root(), List.of("index.html"), false, Site.Links.INSIDE, List.of(), null);
  }

  /** Another site; what it does not say is as in the main one. */
  Site named(Site main) {
    List<String> names = names();
    if (names.isEmpty()) {
      keys.wrong(
          keys.at(), "a [[site]] without names", "Say which: names = [\"www.example.org\"].");
    }
    Site site =
        site(names, root(), main.index(), main.listing(), main.links(), main.headers(), main.tls());
    keys.done();
    return site;
  }

  private Site site(
      List<String> names,
      Located<String> root,
      List<String> index,
      boolean listing,
      Site.Links links,
      List<Site.Header> inherited,
      Site.@Nullable Tls tls) {
    List<Site.Header> headers = new ArrayList<>(inherited);
    headers.addAll(headers());
    return new Site(
        names,
        root,
        index(index),
        keys.truth("listing", listing),
        keys.choice("links", LINKS, links),
        errorPages(),
        headers,
        rewrites(),
        locations(),
        tls(tls),
        keys.at());
  }

  private Located<String> root() {
    Located<String> root = paths.of(keys.text("root"));
    if (root != null) {
      return root;
    }
    if (!keys.has("root")) {
      keys.wrong(keys.at(), "'root' is missing", "Name the directory to serve: root = \"htdocs\".");
    }
    return new Located<>(paths.serverRoot(), keys.at());
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (Located<String> name : keys.texts("names")) {
      String lower = name.value().toLowerCase(Locale.ROOT);
      if (isName(lower.startsWith("*.") ? lower.substring(2) : lower)) {
        names.add(lower);
      } else {
        keys.wrong(
            name.at(),
            "\"" + name.value() + "\" is no host name",
            "Write \"www.example.org\", or \"*.example.org\" for all below one; no port.");
      }
    }
    return names;
  }

  private static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
      if (!good && c != '_' && c != '[' && c != ']' && c != ':') {
        return false;
      }
    }
    return !name.isEmpty()
        && name.length() <= 253
        && (name.indexOf(':') < 0 || name.charAt(0) == '[');
  }

  private List<String> index(List<String> otherwise) {
    if (!keys.has("index")) {
      keys.texts("index");
      return otherwise;
    }
    List<String> index = new ArrayList<>();
    for (Located<String> name : keys.texts("index")) {
      if (name.value().indexOf('/') >= 0 || name.value().startsWith(".")) {
        keys.wrong(name.at(), "\"" + name.value() + "\" is no name of an index file", "No slash.");
      } else {
        index.add(name.value());
      }
    }
    return index;
  }

  private Map<Integer, Located<String>> errorPages() {
    Map<Integer, Located<String>> pages = new LinkedHashMap<>();
    for (Keys.Pair pair : keys.pairs("error_pages")) {
      long status = Keys.number(pair.key());
      if (status < 400 || status > 599) {
        keys.wrong(pair.at(), "'" + pair.key() + "' is no status of an error", "400 to 599.");
      } else if (!pair.value().startsWith("/")) {
        keys.wrong(
            pair.at(),
            "the page for " + status + " must be a path below the root",
            "Begin it with a slash: \"/404.html\".");
      } else {
        pages.put((int) status, new Located<>(pair.value(), pair.at()));
      }
    }
    return pages;
  }

  private List<Site.Header> headers() {
    List<Site.Header> headers = new ArrayList<>();
    for (Keys.Pair pair : keys.pairs("headers")) {
      if (!isToken(pair.key())) {
        keys.wrong(pair.at(), "'" + pair.key() + "' is no name of a header", "RFC 9110, 5.1.");
      } else if (!isFieldValue(pair.value())) {
        keys.wrong(
            pair.at(),
            "the value of header " + pair.key() + " holds a character that it must not",
            "Visible ASCII characters and blanks only.");
      } else {
        headers.add(new Site.Header(pair.key(), pair.value(), pair.at()));
      }
    }
    return headers;
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c >= 0x7F || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isFieldValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < ' ' || value.charAt(i) >= 0x7F) {
        return false;
      }
    }
    return true;
  }

  private List<Site.Rewrite> rewrites() {
    List<Site.Rewrite> rewrites = new ArrayList<>();
    for (Keys rewrite : keys.tables("rewrite")) {
      Located<String> from = rewrite.text("from");
      Located<String> to = rewrite.text("to");
      int redirect = (int) rewrite.whole("redirect", 301, 308, 0);
      rewrite.done();
      if (from == null || to == null) {
        if (!rewrite.has("from") || !rewrite.has("to")) {
          rewrite.wrong(rewrite.at(), "a [[rewrite]] needs 'from' and 'to'", "Both are paths.");
        }
        continue;
      }
      checkRewrite(rewrite, from, to, redirect);
      rewrites.add(new Site.Rewrite(from.value(), to.value(), redirect, rewrite.at()));
    }
    return rewrites;
  }

  private void checkRewrite(Keys rewrite, Located<String> from, Located<String> to, int redirect) {
    int star = from.value().indexOf('*');
    if (!from.value().startsWith("/") || (star >= 0 && star != from.value().length() - 1)) {
      rewrite.wrong(
          from.at(),
          "\"" + from.value() + "\" is no path to rewrite",
          "It begins with a slash; one * at its end stands for the rest.");
    }
    if (!to.value().startsWith("/") && !(redirect > 0 && LocationReader.isAddress(to.value()))) {
      rewrite.wrong(
          to.at(),
          "\"" + to.value() + "\" is nothing to rewrite to",
          "A path that begins with a slash; with 'redirect', an http or https address too.");
    }
    if (to.value().endsWith("*") && star < 0) {
      rewrite.wrong(to.at(), "\"*\" without one in 'from'", "It stands for the rest of 'from'.");
    }
    if (redirect != 0 && redirect != 301 && redirect != 302 && redirect != 307 && redirect != 308) {
      rewrite.wrong(
          rewrite.positionOf("redirect"), redirect + " does not redirect", "301, 302, 307 or 308.");
    }
  }

  private List<Location> locations() {
    List<Location> locations = new ArrayList<>();
    for (Keys location : keys.tables("location")) {
      Location read = new LocationReader(location, paths).read();
      if (read == null) {
        continue;
      }
      for (Location other : locations) {
        if (other.path().equals(read.path())) {
          Position at = read.at();
          problems.add(
              Problem.of("location " + read.path() + " is there twice")
                  .remedy("The other is at line " + other.at().line() + ".")
                  .at(at));
        }
      }
      locations.add(read);
    }
    return locations;
  }

  private Site.@Nullable Tls tls(Site.@Nullable Tls otherwise) {
    Keys tls = keys.table("tls");
    if (tls == null) {
      return otherwise;
    }
    Located<String> certificate = paths.of(tls.text("certificate"));
    Located<String> key = paths.of(tls.text("key"));
    tls.done();
    if (certificate == null || key == null) {
      if (!tls.has("certificate") || !tls.has("key")) {
        tls.wrong(
            tls.at(),
            "'tls' needs 'certificate' and 'key'",
            "Both are files in PEM, the certificate's with the chain to its authority.");
      }
      return otherwise;
    }
    return new Site.Tls(certificate, key);
  }
}
