package brig.audit;

import brig.tree.MountPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is audited.
 *
 * @param name as the person named it
 * @param root the directory that is or becomes a process's root
 * @param places where the service may write by intent
 * @param blueprint what a jail that Brig built should be like; null for any other directory
 * @param mounted what is put together at the root to be looked at; null: the root holds it
 * @param life what is known of its service beside
 */
public record Subject(
    String name,
    String root,
    Service service,
    List<Place> places,
    @Nullable Blueprint blueprint,
    @Nullable MountPlan mounted,
    Life life) {

  public Subject(
      String name,
      String root,
      Service service,
      List<Place> places,
      @Nullable Blueprint blueprint) {
    this(name, root, service, places, blueprint, null, Life.UNKNOWN);
  }

  /** Whether a path is such a place, or in one. */
  public boolean isPlace(String path) {
    for (Place place : places) {
      if (path.equals(place.inside()) || path.startsWith(place.inside() + "/")) {
        return true;
      }
    }
    return false;
  }

  /** How many names the longest path of a place has. */
  int deepestPlace() {
    int deepest = 0;
    for (Place place : places) {
      deepest = Math.max(deepest, (int) place.inside().chars().filter(c -> c == '/').count());
    }
    return deepest;
  }
}
