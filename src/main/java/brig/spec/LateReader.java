package brig.spec;

import brig.report.Position;
import brig.spec.JailSpec.Mode;
import brig.spec.JailSpec.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What only jails have that a daemon of the host's enters when it has started. */
final class LateReader {
  static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);

  /** Keys of the top that such a jail alone has; the first two go with both modes. */
  private static final List<String> OWN =
      List.of("root", "preload", "same_paths", "trigger", "trigger_timeout");

  /** Whoever shows one of these as a jail shows the host. */
  private static final List<String> TOO_MUCH =
      List.of("/", "/etc", "/usr", "/var", "/var/lib", "/run", "/home", "/root", "/boot", "/tmp");

  private static final List<String> NEVER = List.of("/proc", "/sys", "/dev");

  /** What a late jail cannot have, by table and key, with the reason. */
  private static final Map<String, String> MEANINGLESS = new LinkedHashMap<>();

  static {
    String starts = "the daemon starts as root, outside, and gives it up by itself";
    String nothing = "nothing is copied into it";
    String host = "the daemon starts outside, with the host's";
    MEANINGLESS.put("start_as_root", starts);
    MEANINGLESS.put("umask", "the daemon sets its own");
    MEANINGLESS.put("on_sync", nothing);
    MEANINGLESS.put("hardening", nothing);
    MEANINGLESS.put("filesystem", nothing);
    MEANINGLESS.put("files.exclude", nothing);
    MEANINGLESS.put("files.directories", nothing);
    MEANINGLESS.put("files.content", nothing);
    MEANINGLESS.put("files.readable", nothing);
    MEANINGLESS.put("files.strip_capabilities", nothing);
    MEANINGLESS.put("features", nothing);
    MEANINGLESS.put("accounts", nothing);
    MEANINGLESS.put("devices", nothing);
    MEANINGLESS.put("namespaces.pid", host + " processes");
    MEANINGLESS.put("namespaces.uts", host + " name");
    MEANINGLESS.put("limits.memory", "the daemon's processes begin outside of any group of Brig's");
    MEANINGLESS.put("limits.tasks", "the daemon's processes begin outside of any group of Brig's");
    MEANINGLESS.put("limits.cpu", "the daemon's processes begin outside of any group of Brig's");
    MEANINGLESS.put("network.mode", host + " network");
    MEANINGLESS.put("network.sockets", "the daemon opens its ports itself, as root, outside");
  }

  /** Of these, what a daemon that jails itself cannot have either. */
  private static final List<String> MEANINGLESS_TO_SELF =
      List.of(
          "start_as_root",
          "on_sync",
          "hardening",
          "filesystem",
          "files.exclude",
          "files.directories",
          "files.content",
          "files.readable",
          "files.strip_capabilities",
          "features",
          "accounts");

  private final Section top;
  private final Mistakes mistakes;
  private final PathRules paths;

  LateReader(Section top, Mistakes mistakes) {
    this.top = top;
    this.mistakes = mistakes;
    this.paths = new PathRules(mistakes);
  }

  /** Null for a jail that is built. */
  JailSpec.@Nullable Late read(Mode mode) {
    if (mode == Mode.COPY || mode == Mode.BIND) {
      refuseOwn(OWN, "goes with mode = \"late\" or \"self\"");
      return null;
    }
    if (mode == Mode.SELF) {
      refuseOwn(List.of("same_paths", "trigger"), "goes with mode = \"late\" only");
      for (String name : MEANINGLESS_TO_SELF) {
        refuseMeaningless(name, mode, String.valueOf(MEANINGLESS.get(name)));
      }
    } else {
      MEANINGLESS.forEach((name, why) -> refuseMeaningless(name, mode, why));
    }
    return new JailSpec.Late(
        root(), preload(), top.truth("same_paths", false), trigger(), patience());
  }

  private void refuseOwn(List<String> keys, String why) {
    for (String key : keys) {
      if (top.has(key)) {
        mistakes.add(top.positionOf(key), "'" + key + "' " + why, "Leave it out.");
      }
    }
  }

  private void refuseMeaningless(String name, Mode mode, String why) {
    int dot = name.indexOf('.');
    String key = name.substring(dot + 1);
    String table = dot < 0 ? "" : name.substring(0, dot);
    Position at = dot >= 0 ? top.positionIn(table, key) : top.has(key) ? top.positionOf(key) : null;
    if (at != null) {
      mistakes.add(
          at,
          "'"
              + key
              + "'"
              + (table.isEmpty() ? "" : " in [" + table + "]")
              + " has no meaning with mode = \""
              + (mode == Mode.LATE ? "late" : "self")
              + "\": "
              + why,
          "Leave it out.");
    }
  }

  private Located<String> root() {
    Located<String> root = top.text("root");
    if (root == null) {
      if (!top.has("root")) {
        mistakes.addMissing(
            top.at(),
            "'root' is missing",
            "Name the directory that the daemon's workers are to see: root = \"/srv/site\".");
      }
      return new Located<>("/", top.at());
    }
    if (paths.check(root)) {
      boolean never = TOO_MUCH.contains(root.value());
      for (String place : NEVER) {
        never |= PathRules.isAtOrBelow(root.value(), place);
      }
      if (never) {
        mistakes.add(
            root.at(),
            "\"" + root.value() + "\" cannot be a jail: it holds what must stay outside",
            "Name the directory of the site.");
      }
    }
    return root;
  }

  private List<Located<String>> preload() {
    List<Located<String>> good = new ArrayList<>();
    for (Located<String> library : top.distinct("preload")) {
      if (paths.check(library)) {
        good.add(library);
      }
    }
    return preloadable(good, library -> library, mistakes);
  }

  /** Those of the libraries that can be preloaded; says so of the others. */
  static <T> List<Located<T>> preloadable(
      List<Located<T>> libraries, Function<T, String> pathOf, Mistakes mistakes) {
    List<Located<T>> good = new ArrayList<>();
    for (Located<T> library : libraries) {
      String path = pathOf.apply(library.value());
      // ld.so(8), LD_PRELOAD: parted by colons or blanks, and there is no way to quote.
      if (path.indexOf(':') >= 0 || path.indexOf(' ') >= 0) {
        mistakes.add(
            library.at(),
            "\"" + path + "\" cannot be preloaded: the loader takes no colon or blank",
            "Name a link to it.");
        continue;
      }
      good.add(library);
    }
    return good;
  }

  private Trigger trigger() {
    Located<String> text = top.text("trigger");
    if (text == null || text.value().equals("root")) {
      return new Trigger.GivesUpRoot();
    }
    String word = text.value();
    int colon = word.indexOf(':');
    String kind = colon < 0 ? word : word.substring(0, colon);
    String what = colon < 0 ? "" : word.substring(colon + 1);
    if (word.equals("accept")) {
      return new Trigger.Call(List.of("accept", "accept4"), text);
    }
    if (kind.equals("call") && SeccompReader.isName(what)) {
      return new Trigger.Call(List.of(what), text);
    }
    if (kind.equals("signal") && SIGNALS.contains(what)) {
      return new Trigger.Signal(what);
    }
    if (kind.equals("file") && what.startsWith("/")) {
      if (paths.check(what, text.at())) {
        return new Trigger.FileAppears(what);
      }
      return new Trigger.GivesUpRoot();
    }
    mistakes.add(
        text.at(),
        "\"" + word + "\" is no trigger",
        "Write \"root\" (a process gives up root), \"accept\", \"call:NAME\", \"signal:USR1\" or"
            + " \"file:/PATH\".");
    return new Trigger.GivesUpRoot();
  }

  /** Those that a program takes as news; the others end or stop it. */
  private static final List<String> SIGNALS =
      List.of("HUP", "USR1", "USR2", "WINCH", "CONT", "ALRM", "PWR", "URG", "IO");

  private Duration patience() {
    Duration least = Duration.ofMillis(1);
    return Amounts.time(top, "trigger_timeout", least, Duration.ofHours(1), DEFAULT_PATIENCE);
  }
}
