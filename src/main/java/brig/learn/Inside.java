package brig.learn;

import brig.plan.Entry;
import brig.plan.Plan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a jail holds by its plan, its links followed as a process inside would. */
final class Inside {
  private static final int MOST_LINKS = 40;

  private final Plan plan;
  private final Map<String, Set<String>> names = new HashMap<>();

  Inside(Plan plan) {
    this.plan = plan;
    for (Entry entry : plan.entries()) {
      String parent = Outside.parent(entry.path());
      if (!entry.path().equals("/")) {
        names
            .computeIfAbsent(parent.isEmpty() ? "/" : parent, _ -> new TreeSet<>())
            .add(entry.path().substring(parent.length() + 1));
      }
    }
  }

  Plan plan() {
    return plan;
  }

  /** Where a path leads, links on the way followed, the last one too. */
  String real(String path) {
    String at = path;
    for (int links = 0; links < MOST_LINKS; links++) {
      String next = throughFirstLink(at);
      if (next == null) {
        return at;
      }
      at = next;
    }
    return at;
  }

  private @Nullable String throughFirstLink(String path) {
    for (int slash = path.indexOf('/', 1); ; slash = path.indexOf('/', slash + 1)) {
      String prefix = slash < 0 ? path : path.substring(0, slash);
      if (plan.entry(prefix) instanceof Entry.Link link) {
        String target = link.target();
        String to = target.startsWith("/") ? target : Outside.parent(prefix) + "/" + target;
        return plain(to + (slash < 0 ? "" : path.substring(slash)));
      }
      if (slash < 0) {
        return null;
      }
    }
  }

  private static String plain(String path) {
    StringBuilder plain = new StringBuilder();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        plain.setLength(Math.max(0, plain.lastIndexOf("/")));
      } else if (!name.isEmpty() && !name.equals(".")) {
        plain.append('/').append(name);
      }
    }
    return plain.isEmpty() ? "/" : plain.toString();
  }

  boolean holds(String path) {
    return plan.entry(real(path)) != null;
  }

  /** The directory that the service may write to in which (or at which) a path lies. */
  Entry.@Nullable Writable place(String path) {
    for (String at = real(path); !at.isEmpty(); at = Outside.parent(at)) {
      if (plan.entry(at) instanceof Entry.Writable place) {
        return place;
      }
    }
    return null;
  }

  /** It lies in what is mounted from outside. */
  boolean mounted(String path) {
    for (String at = real(path); !at.isEmpty(); at = Outside.parent(at)) {
      if (plan.entry(at) instanceof Entry.Socket) {
        return true;
      }
    }
    return false;
  }

  Set<String> names(String directory) {
    return names.getOrDefault(real(directory), Set.of());
  }

  boolean knowsUser(String name) {
    return plan.users().stream().anyMatch(user -> user.name().equals(name));
  }

  boolean knowsGroup(String name) {
    return plan.groups().stream().anyMatch(group -> group.name().equals(name));
  }

  List<Plan.User> users() {
    return plan.users();
  }
}
