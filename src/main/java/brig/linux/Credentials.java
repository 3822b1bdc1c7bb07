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

  /**
   * Makes the calling thread, and its children, another user for good, and reads it back. For
   * programs that are not jailed, such as what {@code brig trace --as} runs; a jailed one's
   * privileges are {@code brig.launch}'s.
   *
   * @throws LinuxException EPERM too when the kernel said yes and something is as it was
   */
  public static void become(int uid, int gid, List<Integer> groups) throws LinuxException {
    setGroups(groups); // first: without uid 0 they cannot be set
    setGid(gid);
    setUid(uid);
    try (Scratch memory = Scratch.take()) {
      MemorySegment three = memory.bytes(12);
      long at = three.address();
      LinuxException.check(JailKernel.getresuid(at, at + 4, at + 8), "getresuid", null);
      requireAll(three, uid, "setresuid");
      LinuxException.check(JailKernel.getresgid(at, at + 4, at + 8), "getresgid", null);
      requireAll(three, gid, "setresgid");
      requireGroups(memory, groups);
    }
    if (uid != 0 && (Capabilities.mine().permitted() | Capabilities.mine().effective()) != 0) {
      throw new LinuxException("capset", null, Errno.EPERM);
    }
  }

  private static void requireAll(MemorySegment three, int id, String call) throws LinuxException {
    for (int i = 0; i < 3; i++) {
      if (three.getAtIndex(ValueLayout.JAVA_INT, i) != id) {
        throw new LinuxException(call, null, Errno.EPERM);
      }
    }
  }

  private static void requireGroups(Scratch memory, List<Integer> groups) throws LinuxException {
    MemorySegment list = memory.bytes(4 * (groups.size() + 1));
    int count =
        (int)
            LinuxException.check(
                JailKernel.getgroups(groups.size() + 1, list.address()), "getgroups", null);
    boolean same = count == groups.size();
    for (int i = 0; i < count && same; i++) {
      same = groups.contains(list.getAtIndex(ValueLayout.JAVA_INT, i)); // the kernel sorts them
    }
    if (!same) {
      throw new LinuxException("setgroups", null, Errno.EPERM);
    }
  }
}
