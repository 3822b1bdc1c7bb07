package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * User and groups of the calling thread alone. These are the raw calls: glibc's functions of the
 * same names change every thread of the process (nptl(7)).
 */
public final class Credentials {
  private Credentials() {}

  public static void setGroups(List<Integer> groups) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment list = memory.bytes(Math.max(4, groups.size() * 4));
      for (int i = 0; i < groups.size(); i++) {
        list.setAtIndex(ValueLayout.JAVA_INT, i, groups.get(i));
      }
      LinuxException.check(JailKernel.setgroups(groups.size(), list.address()), "setgroups", null);
    }
  }

  /** Sets the real, effective, saved and file system gid. */
  public static void setGid(int gid) throws LinuxException {
    LinuxException.check(JailKernel.setresgid(gid, gid, gid), "setresgid", null);
  }

  /** Sets the real, effective, saved and file system uid. */
  public static void setUid(int uid) throws LinuxException {
    LinuxException.check(JailKernel.setresuid(uid, uid, uid), "setresuid", null);
  }
}
