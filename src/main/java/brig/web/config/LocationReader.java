package brig.web.config;

import brig.spec.Located;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The keys of a location: its path, one action, and who may. */
final class LocationReader {
  /** The keys that say what is done; one of them at most. */
  private static final List<String> ACTIONS =
      List.of("root", "redirect", "status", "cgi", "cgi_program", "fastcgi", "proxy");

  private final Keys keys;
  private final Paths paths;

  LocationReader(Keys keys, Paths paths) {
    this.keys = keys;
    this.paths = paths;
  }

  @Nullable Location read() {
    Located<String> path = path();
    List<String> named = keys.present(ACTIONS);
    if (named.size() > 1) {
      keys.wrong(
          keys.positionOf(named.get(1)),
          "a location does one thing, not both '" + named.get(0) + "' and '" + named.get(1) + "'",
          "Leave one of the two out, or write another [[location]].");
    }
    Action action = action(named.isEmpty() ? "" : named.getFirst());
    for (String other : named) {
      if (!other.equals(named.getFirst())) {
        action(other); // so that its keys are known, and its own mistakes told
      }
    }
    Auth auth = auth();
    keys.done();
    return path == null ? null : new Location(path.value(), action, auth, path.at());
  }

  private @Nullable Located<String> path() {
    Located<String> path = keys.text("path");
    if (path == null) {
      if (!keys.has("path")) {
        keys.wrong(keys.at(), "a location without 'path'", "Write path = \"/something/\".");
      }
      return null;
    }
    String text = path.value();
    if (!isPlain(text)) {
      keys.wrong(
          path.at(),
          "\"" + text + "\" is no path of a location",
          "It begins with a slash, is written plainly, without % and .., and stands for all below"
              + " it.");
      return null;
    }
    return path;
  }

  static boolean isPlain(String path) {
    return path.startsWith("/")
        && path.indexOf('*') < 0
        && path.indexOf('%') < 0
        && path.indexOf('?') < 0
        && (Paths.resolve("/", path) + "/").startsWith(path.endsWith("/") ? path : path + "/");
  }

  private Action action(String key) {
    return switch (key) {
      case "root" -> new Action.Files(paths.of(keys.text("root")));
      case "redirect" -> redirect();
      case "cgi", "cgi_program" -> new ProgramReader(keys, paths).cgi(key);
      case "fastcgi" -> new ProgramReader(keys, paths).fastCgi();
      case "proxy" -> new ProgramReader(keys, paths).proxy();
      case "status" -> new Action.Status((int) keys.whole("status", 400, 599, 404));
      default -> new Action.Files(null);
    };
  }

  private Action redirect() {
    Located<String> to = keys.text("redirect");
    int status = (int) keys.whole("redirect_status", 301, 308, 302);
    String target = to == null ? "/" : to.value();
    if (to != null && !target.startsWith("/") && !isAddress(target)) {
      keys.wrong(
          to.at(),
          "\"" + target + "\" is nothing to redirect to",
          "A path that begins with a slash, or an http or https address.");
    }
    return new Action.Redirect(status, target);
  }

  static boolean isAddress(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7F) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Auth auth() {
    Keys auth = keys.table("auth");
    if (auth == null) {
      return null;
    }
    Located<String> realm = auth.text("realm");
    Located<String> users = paths.of(auth.text("users"));
    auth.done();
    if (users == null) {
      if (!auth.has("users")) {
        auth.wrong(auth.at(), "'auth' without 'users'", "Name a file of names and hashes.");
      }
      return null;
    }
    return new Auth(realm == null ? "restricted" : realm.value(), users);
  }
}
