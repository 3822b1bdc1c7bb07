package brig.cli.web;

import brig.report.BrigException;
import brig.report.Printable;
import brig.report.Problem;
import brig.web.config.Action;
import brig.web.config.Actions;
import brig.web.config.JailedPaths;
import brig.web.config.Location;
import brig.web.config.Site;
import brig.web.config.WebConfig;
import brig.web.route.Rewriting;
import brig.web.route.Sites;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;

/** How an address would be answered, step by step, each with its line. */
final class Explanation {
  private final WebConfig config;
  private final PrintStream out;

  Explanation(WebConfig config, PrintStream out) {
    this.config = config;
    this.out = out;
  }

  void of(String address) throws BrigException {
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      throw BrigException.usage(
          Problem.of("\"" + address + "\" is no address")
              .answered(String.valueOf(e.getReason()))
              .remedy("Write http://www.example.org/path, or a path alone."));
    }
    Site site = new Sites(config).of(uri.getHost());
    String path =
        uri.getPath() == null || uri.getPath().isEmpty() ? "/" : uri.normalize().getPath();
    boolean main = site.equals(config.sites().getFirst());
    String names = site.names().isEmpty() ? "any name" : String.join(", ", site.names());
    say("site: " + (main ? "the main one" : names) + " (" + site.at() + ")");
    Rewriting.Rewritten rewritten = Rewriting.of(site, path);
    if (rewritten != null) {
      say("rewritten: " + path + " to " + rewritten.to() + " (" + rewritten.by().at() + ")");
      if (rewritten.redirect() > 0) {
        say("answer: " + rewritten.redirect() + ", Location: " + rewritten.to());
        return;
      }
      path = rewritten.to();
    }
    Location location = Sites.location(site, path);
    say("location: " + location.path() + " (" + location.at() + ")");
    if (location.auth() != null) {
      say("asks for: a user of " + location.auth().users().value());
    }
    say("answer: " + Actions.words(location.action()));
    if (location.action() instanceof Action.Files files) {
      String root = files.root() == null ? site.root().value() : files.root().value();
      String rest =
          files.root() == null ? path : path.substring(Math.min(path.length(), prefix(location)));
      say("file: " + JailedPaths.outside(config, root) + rest);
      String inside = JailedPaths.inside(config, root);
      say("in the jail: " + (inside.equals("/") ? "" : inside) + rest);
    }
  }

  private static int prefix(Location location) {
    String path = location.path();
    return path.endsWith("/") ? path.length() - 1 : path.length();
  }

  private void say(String line) {
    out.println(Printable.text(line));
  }
}
