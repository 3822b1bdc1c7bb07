package brig.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every key that a jailfile may have, by table; {@code ""} is the top. A table whose keys are free
 * ({@code environment}, {@code sockets}) is not listed. docs/jailfile.md explains each.
 */
final class Grammar {
  /** The top of a lock file; its tables are {@code lock.path} and so on. */
  static final String LOCK = "lock";

  private static final Map<String, List<String>> KEYS = new LinkedHashMap<>();
  private static final Map<String, List<String>> LOCK_KEYS = new LinkedHashMap<>();

  private Grammar() {}

  static {
    KEYS.put(
        "",
        List.of(
            "description",
            "mode",
            "root",
            "command",
            "user",
            "group",
            "groups",
            "start_as_root",
            "capabilities",
            "working_directory",
            "umask",
            "stop_signal",
            "stop_timeout",
            "on_sync",
            "hardening",
            "landlock",
            "filesystem",
            "holes",
            "restart",
            "after",
            "ready",
            "preload",
            "same_paths",
            "trigger",
            "trigger_timeout",
            "files",
            "features",
            "accounts",
            "devices",
            "sockets",
            "environment",
            "limits",
            "namespaces",
            "network",
            "seccomp"));
    KEYS.put(
        "files",
        List.of(
            "include",
            "exclude",
            "programs",
            "writable",
            "temporary",
            "directories",
            "map",
            "content",
            "readable",
            "strip_capabilities"));
    KEYS.put("files.writable", List.of("path", "owner", "mode"));
    KEYS.put("files.temporary", List.of("path", "owner", "mode", "size"));
    KEYS.put("files.content", List.of("path", "text", "mode"));
    KEYS.put(
        "features",
        List.of(
            "dns",
            "nss",
            "certificates",
            "gconv",
            "services",
            "terminfo",
            "timezone",
            "locales",
            "syslog"));
    KEYS.put("accounts", List.of("users", "groups"));
    KEYS.put("devices", List.of("names", "mode"));
    List<String> limits = new ArrayList<>(LimitsReader.RESOURCES.keySet());
    limits.addAll(List.of("memory", "tasks", "cpu"));
    KEYS.put("limits", List.copyOf(limits));
    KEYS.put("namespaces", List.of("pid", "ipc", "uts"));
    KEYS.put("network", List.of("mode", "listen", "connect", "sockets"));
    KEYS.put("seccomp", List.of("profile", "allow", "deny", "mode"));
    KEYS.put("filesystem", List.of("size"));
    KEYS.put("ready", List.of("port", "socket", "file", "notify", "timeout"));
    LOCK_KEYS.put(
        LOCK,
        List.of(
            "version",
            "unused",
            "seccomp",
            "network",
            "run",
            "user",
            "group",
            "writable",
            "temporary",
            "path",
            "preload"));
    LOCK_KEYS.put("lock.seccomp", List.of("calls"));
    LOCK_KEYS.put("lock.network", List.of("listen", "connect", "sockets"));
    LOCK_KEYS.put("lock.run", List.of("number", "where", "probe", "workload"));
    LOCK_KEYS.put("lock.user", List.of("name", "by", "call", "run"));
    LOCK_KEYS.put("lock.group", List.of("name", "by", "call", "run"));
    LOCK_KEYS.put("lock.writable", List.of("path", "owner", "mode", "by", "call", "run"));
    LOCK_KEYS.put("lock.temporary", List.of("path", "owner", "mode", "by", "call", "run"));
    LOCK_KEYS.put("lock.path", List.of("path", "allowed", "by", "call", "run"));
    LOCK_KEYS.put("lock.preload", List.of("path", "allowed", "by", "call", "run"));
  }

  /** The keys of a table, in the order of the reference. */
  static List<String> keys(String table) {
    List<String> keys = KEYS.get(table);
    if (keys == null) {
      keys = LOCK_KEYS.get(table);
    }
    if (keys == null) {
      throw new IllegalArgumentException("no such table: " + table);
    }
    return keys;
  }

  /** All tables of a jailfile with their keys. */
  static Map<String, List<String>> all() {
    return KEYS;
  }

  /** The same of a lock file. */
  static Map<String, List<String>> ofLock() {
    return LOCK_KEYS;
  }
}
