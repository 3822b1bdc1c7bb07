package brig.audit;

import brig.linux.Stat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who runs in the jail: whose rights count.
 *
 * @param name as the host knows the user, for showing
 * @param assumed nobody said who it is: somebody who owns nothing and is in no group of the jail
 */
public record Service(String name, int uid, int gid, List<Integer> groups, boolean assumed) {
  public static final int READ = 4;
  public static final int WRITE = 2;
  public static final int EXECUTE = 1;

  /** Nobody in particular: what everybody may do. */
  public static Service anybody() {
    return new Service("nobody", 65534, 65534, List.of(), true);
  }

  /** Whether it may do that to a file, by its mode and access list (acl(5)). */
  public boolean may(int right, Stat stat, @Nullable AccessList list) {
    if (uid == 0) {
      return right != EXECUTE || stat.isDirectory() || (stat.mode() & 0111) != 0;
    }
    if (stat.uid() == uid) {
      return (stat.mode() >> 6 & right) != 0;
    }
    if (list != null) {
      return list.grants(right, this, stat.gid(), stat.mode() & 7);
    }
    return ((isIn(stat.gid()) ? stat.mode() >> 3 : stat.mode()) & right) != 0;
  }

  boolean isIn(int group) {
    return group == gid || groups.contains(group);
  }
}
