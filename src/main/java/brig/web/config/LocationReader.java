package brig.web.config;

import brig.spec.Amounts;
import brig.spec.Located;
import brig.spec.Mistakes;
import brig.spec.Section;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The keys of a location: its path, one action, and who may. */
final class LocationReader {
  private final Section keys;
  private final Mistakes mistakes;
  private final Paths paths;

  LocationReader(Section keys, Paths paths) {
    this.keys = keys;
    this.mistakes = keys.mistakes();
    this.paths = paths;
  }

  @Nullable Location read() {
    Located<String> path = path();
    List<String> named = keys.present(WebVocabulary.actions());
    if (named.size() > 1) {
      mistakes.add(
          keys.positionOf(named.get(1)),
          "a location does one thing, not both '" + named.get(0) + "' and '" + named.get(1) + "'",
          "Leave one of the two out, or write another [[location]].");
    }
    Action action = action(named.isEmpty() ? "" : named.getFirst());
    if (action instanceof Action.Hole && path != null && !path.value().endsWith("/")) {
      mistakes.add(
          path.at(),
          "\"" + path.value() + "\" is no path for forms",
          "What is shown lies below it: write \"" + path.value() + "/\".");
    }
    for (String other : named) {
      if (!other.equals(named.getFirst())) {
        action(other); // so that its own mistakes are told
      }
    }
    if (named.size() <= 1) {
      checkKeys(named.isEmpty() ? null : named.getFirst());
    }
    Auth auth = auth();
    return path == null ? null : new Location(path.value(), action, auth, path.at());
  }

  private void checkKeys(@Nullable String action) {
    for (String key : keys.present(WebVocabulary.INSTANCE.keys("location"))) {
      if (!WebVocabulary.says(action, key)) {
        mistakes.add(
            keys.positionOf(key),
            "'"
                + key
                + "' says nothing of a location "
                + (action == null ? "that serves files" : "with '" + action + "'"),
            "Leave it out.");
      }
    }
  }

  private @Nullable Located<String> path() {
    Located<String> path = keys.filledText("path");
    if (path == null) {
      if (!keys.has("path")) {
        mistakes.addMissing(
            keys.at(), "a location without 'path'", "Write path = \"/something/\".");
      }
      return null;
    }
    String text = path.value();
    if (!isPlain(text)) {
      mistakes.add(
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
      case "root" -> new Action.Files(paths.of(keys.filledText("root")));
      case "redirect" -> redirect();
      case "cgi", "cgi_program" -> new ProgramReader(keys, paths).cgi(key);
      case "fastcgi" -> new ProgramReader(keys, paths).fastCgi();
      case "proxy" -> new ProgramReader(keys, paths).proxy();
      case "hole" -> hole();
      case "status" -> new Action.Status(Amounts.whole(keys, "status", 400, 599, 404));
      default -> new Action.Files(null);
    };
  }

  private Action hole() {
    Located<String> directory = paths.of(keys.filledText("hole"));
    int most = Amounts.whole(keys, "at_once", 1, 10_000, 200);
    return new Action.Hole(directory == null ? new Located<>("/", keys.at()) : directory, most);
  }

  private Action redirect() {
    Located<String> to = keys.filledText("redirect");
    int status = Amounts.whole(keys, "redirect_status", 301, 308, 302);
    checkRedirect(keys, "redirect_status", status);
    String target = to == null ? "/" : to.value();
    if (to != null && !target.startsWith("/") && !isAddress(target)) {
      mistakes.add(
          to.at(),
          "\"" + target + "\" is nothing to redirect to",
          "A path that begins with a slash, or an http or https address.");
    }
    return new Action.Redirect(status, target);
  }

  /** Says so when a status does not tell a client where to ask. */
  static void checkRedirect(Section section, String key, int status) {
    if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
      section
          .mistakes()
          .add(
              section.positionOf(key),
              status + " does not redirect",
              "301, 302, 303, 307 or 308 do.");
    }
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
    Section auth = keys.below("auth");
    if (!keys.isTable("auth")) {
      return null;
    }
    Located<String> realm = auth.filledText("realm");
    Located<String> users = paths.of(auth.filledText("users"));
    if (users == null) {
      if (!auth.has("users")) {
        mistakes.addMissing(
            auth.at(), "'auth' without 'users'", "Name a file of names and hashes.");
      }
      return null;
    }
    return new Auth(realm == null ? "restricted" : realm.value(), users);
  }
}
