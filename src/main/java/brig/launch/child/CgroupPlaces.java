package brig.launch.child;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directories of one cgroup, which may stand in several hierarchies: cgroups(7).
 *
 * @param unified of version 2; null: there is none
 * @param pids of the version 1 controller that counts processes; null: there is none, or version 2
 *     has it
 * @param memory the same of the one that counts memory
 */
record CgroupPlaces(@Nullable String unified, @Nullable String pids, @Nullable String memory) {
  /** What somebody does with a directory. */
  interface Step<E extends Exception> {
    @Nullable String to(String directory) throws E;
  }

  /** Each directory that is there goes to another, or to none. */
  <E extends Exception> CgroupPlaces map(Step<E> step) throws E {
    return new CgroupPlaces(
        unified == null ? null : step.to(unified),
        pids == null ? null : step.to(pids),
        memory == null ? null : step.to(memory));
  }

  CgroupPlaces below(String name) {
    return map(directory -> directory + "/" + name);
  }

  boolean isEmpty() {
    return all().isEmpty();
  }

  /** Every one, once: controllers may share a hierarchy. */
  Set<String> all() {
    Set<String> all = version1();
    if (unified != null) {
      all.add(unified);
    }
    return all;
  }

  /** Those that a child must enter by itself. */
  Set<String> version1() {
    Set<String> all = new LinkedHashSet<>();
    if (pids != null) {
      all.add(pids);
    }
    if (memory != null) {
      all.add(memory);
    }
    return all;
  }

  /** One that tells which processes are in it. */
  String present() {
    String first = unified != null ? unified : pids != null ? pids : memory;
    if (first == null) {
      throw new IllegalStateException("no cgroup");
    }
    return first;
  }
}
