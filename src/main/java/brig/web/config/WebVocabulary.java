package brig.web.config;

import brig.spec.Vocabulary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every key of a file of {@code brig serve}, by table. Tables below others are known by their last
 * name: a location is the same in a site and at the top. docs/serve.md explains each.
 */
final class WebVocabulary implements Vocabulary {
  static final WebVocabulary INSTANCE = new WebVocabulary();

  /** What a location of each action may say; the action is the first of these keys. */
  private static final Map<String, List<String>> OF_ACTION = new LinkedHashMap<>();

  private static final List<String> OF_ANY = List.of("path", "auth");

  private static final Map<String, List<String>> KEYS = new LinkedHashMap<>();

  static {
    List<String> cgi =
        List.of(
            "user",
            "as_owner",
            "least_uid",
            "at_once",
            "waiting",
            "timeout",
            "cpu_seconds",
            "memory",
            "file_size",
            "files",
            "processes",
            "writable",
            "connect",
            "seccomp",
            "env");
    OF_ACTION.put("root", List.of());
    OF_ACTION.put("redirect", List.of("redirect_status"));
    OF_ACTION.put("status", List.of());
    OF_ACTION.put("cgi", cgi);
    OF_ACTION.put("cgi_program", cgi);
    OF_ACTION.put(
        "fastcgi",
        List.of(
            "suffix",
            "script_index",
            "fallback",
            "script_root",
            "at_once",
            "waiting",
            "connect_timeout",
            "timeout",
            "keep",
            "body_buffer",
            "env"));
    OF_ACTION.put(
        "proxy",
        List.of("base", "host", "at_once", "waiting", "connect_timeout", "timeout", "websocket"));

    OF_ACTION.put("hole", List.of("at_once"));

    List<String> site =
        List.of(
            "names",
            "root",
            "index",
            "listing",
            "links",
            "error_pages",
            "headers",
            "rewrite",
            "location",
            "tls");
    List<String> top =
        new ArrayList<>(
            List.of(
                "listen",
                "listen_tls",
                "server_root",
                "chroot_dir",
                "fix_root",
                "user",
                "group",
                "pid_file",
                "mime_types",
                "status",
                "log",
                "limits",
                "worker",
                "site"));
    top.addAll(site);
    KEYS.put("", List.copyOf(top));
    KEYS.put("log", List.of("access", "format", "error"));
    KEYS.put("worker", List.of("heap", "cache", "cache_file", "drain"));
    KEYS.put(
        "limits",
        List.of(
            "connections",
            "connections_of_one",
            "requests_per_second",
            "burst",
            "headers",
            "body",
            "header_timeout",
            "idle_timeout",
            "bytes_per_second"));
    KEYS.put("site", site);
    KEYS.put("rewrite", List.of("from", "to", "redirect"));
    KEYS.put("tls", List.of("certificate", "key"));
    KEYS.put("seccomp", List.of("allow", "deny"));
    KEYS.put("auth", List.of("realm", "users"));
    Set<String> location = new LinkedHashSet<>(OF_ANY);
    for (Map.Entry<String, List<String>> action : OF_ACTION.entrySet()) {
      location.add(action.getKey());
      location.addAll(action.getValue());
    }
    KEYS.put("location", List.copyOf(location));
  }

  private WebVocabulary() {}

  /** The keys of a location that say what is done there. */
  static Set<String> actions() {
    return OF_ACTION.keySet();
  }

  /** Whether a location with this action may have the key; with none it serves files. */
  static boolean says(@Nullable String action, String key) {
    return OF_ANY.contains(key)
        || key.equals(action)
        || (action != null && OF_ACTION.getOrDefault(action, List.of()).contains(key));
  }

  private static String kind(String table) {
    return table.substring(table.lastIndexOf('.') + 1);
  }

  @Override
  public List<String> keys(String table) {
    return Vocabulary.keysOf(KEYS, kind(table));
  }

  @Override
  public String where(String table) {
    String kind = kind(table);
    return switch (kind) {
      case "" -> "";
      case "site", "location", "rewrite" -> " in [[" + kind + "]]";
      default -> " in [" + kind + "]";
    };
  }

  @Override
  public @Nullable String elsewhere(String key) {
    String table = Vocabulary.tableOf(KEYS, key);
    return table == null
        ? null
        : table.isEmpty()
            ? AT_THE_TOP
            : "It belongs to" + where(table).substring(" in".length()) + ".";
  }
}
