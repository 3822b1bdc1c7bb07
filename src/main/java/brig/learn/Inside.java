package brig.learn;

import brig.plan.Entry;
import brig.plan.Plan;
import brig.plan.PlanLinks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a jail holds by its plan, its links followed as a process inside would. */
final class Inside {
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
    return PlanLinks.real(plan, path);
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
