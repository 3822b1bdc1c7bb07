package brig.web.config;

import brig.spec.Amounts;
import brig.spec.Located;
import brig.spec.Mistakes;
import brig.spec.Quantities;
import brig.spec.Section;
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

  private final Section keys;
  private final Mistakes mistakes;
  private final Paths paths;

  SiteReader(Section keys, Paths paths) {
    this.keys = keys;
    this.mistakes = keys.mistakes();
    this.paths = paths;
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
      mistakes.addMissing(
          keys.at(), "a [[site]] without names", "Say which: names = [\"www.example.org\"].");
    }
    return site(
        names, root(), main.index(), main.listing(), main.links(), main.headers(), main.tls());
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
    Located<String> root = paths.of(keys.filledText("root"));
    if (root != null) {
      return root;
    }
    if (!keys.has("root")) {
      mistakes.addMissing(
          keys.at(), "'root' is missing", "Name the directory to serve: root = \"htdocs\".");
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
        mistakes.add(
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
      return otherwise;
    }
    List<String> index = new ArrayList<>();
    for (Located<String> name : keys.texts("index")) {
      if (name.value().isEmpty()
          || name.value().indexOf('/') >= 0
          || name.value().startsWith(".")) {
        mistakes.add(
            name.at(), "\"" + name.value() + "\" is no name of an index file", "No slash.");
      } else {
        index.add(name.value());
      }
    }
    return index;
  }

  private Map<Integer, Located<String>> errorPages() {
    Map<Integer, Located<String>> pages = new LinkedHashMap<>();
    for (Section.Pair pair : keys.pairs("error_pages")) {
      long status = Quantities.digits(pair.key());
      if (status < 400 || status > 599) {
        mistakes.add(pair.at(), "'" + pair.key() + "' is no status of an error", "400 to 599.");
      } else if (!pair.value().value().startsWith("/")) {
        mistakes.add(
            pair.at(),
            "the page for " + status + " must be a path below the root",
            "Begin it with a slash: \"/404.html\".");
      } else {
        pages.put((int) status, new Located<>(pair.value().value(), pair.at()));
      }
    }
    return pages;
  }

  private List<Site.Header> headers() {
    List<Site.Header> headers = new ArrayList<>();
    for (Section.Pair pair : keys.pairs("headers")) {
      if (!isToken(pair.key())) {
        mistakes.add(pair.at(), "'" + pair.key() + "' is no name of a header", "RFC 9110, 5.1.");
      } else if (!isFieldValue(pair.value().value())) {
        mistakes.add(
            pair.at(),
            "the value of header " + pair.key() + " holds a character that it must not",
            "Visible ASCII characters and blanks only.");
      } else {
        headers.add(new Site.Header(pair.key(), pair.value().value(), pair.at()));
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
    for (Section rewrite : keys.tables("rewrite")) {
      Located<String> from = rewrite.filledText("from");
      Located<String> to = rewrite.filledText("to");
      int redirect = Amounts.whole(rewrite, "redirect", 301, 308, 0);
      if (from == null || to == null) {
        if (!rewrite.has("from") || !rewrite.has("to")) {
          mistakes.addMissing(
              rewrite.at(), "a [[rewrite]] needs 'from' and 'to'", "Both are paths.");
        }
        continue;
      }
      checkRewrite(rewrite, from, to, redirect);
      rewrites.add(new Site.Rewrite(from.value(), to.value(), redirect, rewrite.at()));
    }
    return rewrites;
  }

  private void checkRewrite(
      Section rewrite, Located<String> from, Located<String> to, int redirect) {
    int star = from.value().indexOf('*');
    if (!from.value().startsWith("/") || (star >= 0 && star != from.value().length() - 1)) {
      mistakes.add(
          from.at(),
          "\"" + from.value() + "\" is no path to rewrite",
          "It begins with a slash; one * at its end stands for the rest.");
    }
    if (!to.value().startsWith("/") && !(redirect > 0 && LocationReader.isAddress(to.value()))) {
      mistakes.add(
          to.at(),
          "\"" + to.value() + "\" is nothing to rewrite to",
          "A path that begins with a slash; with 'redirect', an http or https address too.");
    }
    if (to.value().endsWith("*") && star < 0) {
      mistakes.add(to.at(), "\"*\" without one in 'from'", "It stands for the rest of 'from'.");
    }
    if (redirect != 0) {
      LocationReader.checkRedirect(rewrite, "redirect", redirect);
    }
  }

  private List<Location> locations() {
    List<Location> locations = new ArrayList<>();
    for (Section location : keys.tables("location")) {
      Location read = new LocationReader(location, paths).read();
      if (read == null) {
        continue;
      }
      for (Location other : locations) {
        if (other.path().equals(read.path())) {
          mistakes.add(
              read.at(),
              "location " + read.path() + " is there twice",
              "The other is at line " + other.at().line() + ".");
        }
      }
      locations.add(read);
    }
    return locations;
  }

  private Site.@Nullable Tls tls(Site.@Nullable Tls otherwise) {
    Section tls = keys.below("tls");
    if (!keys.isTable("tls")) {
      return otherwise;
    }
    Located<String> certificate = paths.of(tls.filledText("certificate"));
    Located<String> key = paths.of(tls.filledText("key"));
    if (certificate == null || key == null) {
      if (!tls.has("certificate") || !tls.has("key")) {
        mistakes.addMissing(
            tls.at(),
            "'tls' needs 'certificate' and 'key'",
            "Both are files in PEM, the certificate's with the chain to its authority.");
      }
      return otherwise;
    }
    return new Site.Tls(certificate, key);
  }
}
