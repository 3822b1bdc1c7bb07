package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which old generations may go. The newest three stay, so that there is a way back; so does one
 * that is current, or that a running process has as its root.
 */
final class UnusedGenerations {
  static final int KEPT = 3;

  private UnusedGenerations() {}

  static List<Integer> of(Generations generations, List<Integer> numbers, int current)
      throws LinuxException {
    List<Integer> unused = new ArrayList<>();
    int candidates = numbers.size() - KEPT;
    List<Stat> roots = new ArrayList<>();
    Set<String> places = new HashSet<>();
    if (candidates > 0) {
      look(roots, places);
    }
    for (int i = 0; i < candidates; i++) {
      int number = numbers.get(i);
      Stat root = Stat.of(generations.root(number));
      boolean used = isAmong(root, roots) || places.contains(generations.root(number));
      if (number != current && !used) {
        unused.add(number);
      }
    }
    return unused;
  }

  /**
   * The roots of all processes. By inode, not by name: a jail has a mount namespace of its own,
   * where the link's text means nothing to us. But a root that is put together there (mode "bind")
   * has no inode of ours, and bears the generation's name: that one is kept, whoever has it.
   */
  private static void look(List<Stat> roots, Set<String> places) throws LinuxException {
    try (Fd proc = Fd.open("/proc", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : proc.list()) {
        if (Generations.number(name) == 0) {
          continue;
        }
        try {
          Stat root = Stat.of("/proc/" + name + "/root");
          if (root != null) {
            roots.add(root);
            places.add(Fd.readLink("/proc/" + name + "/root"));
          }
        } catch (LinuxException e) {
          // It has just ended (ESRCH), or is a kernel's thread.
        }
      }
    }
  }

  private static boolean isAmong(@Nullable Stat root, List<Stat> roots) {
    if (root == null) {
      return false;
    }
    for (Stat other : roots) {
      if (other.inode() == root.inode() && other.device() == root.device()) {
        return true;
      }
    }
    return false;
  }
}
