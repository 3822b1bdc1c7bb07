package brig.linux;

import static brig.linux.ChildSteps.ANY_NUMBER;
import static brig.linux.ChildSteps.LOWER_HALF;
import static brig.linux.ChildSteps.WHOLE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** User, groups and capabilities of a child, set and read back. */
final class ChildIds {
  private static final int LINUX_CAPABILITY_VERSION_3 = 0x20080522;

  private ChildIds() {}

  static void setGroups(ChildSteps list, List<Integer> groups) {
    int count = groups.size();
    MemorySegment given = list.bytes(Math.max(4, count * 4));
    int[] sorted = new int[count]; // as the kernel sorts them: unsigned
    for (int i = 0; i < count; i++) {
      given.setAtIndex(ValueLayout.JAVA_INT, i, groups.get(i));
      sorted[i] = groups.get(i) ^ Integer.MIN_VALUE;
    }
    Arrays.sort(sorted);
    list.call("setgroups", JailKernel.SETGROUPS, count, given.address(), 0);
    MemorySegment found = list.bytes(Math.max(8, count * 4 + 8));
    list.step(
        "getgroups", null, JailKernel.GETGROUPS, count + 1L, found.address(), 0, 0, 0, ANY_NUMBER);
    list.compareResult("the number of groups", count);
    for (int i = 0; i < count; i++) {
      list.compare(
          "the groups", found.address() + 4L * i, LOWER_HALF, sorted[i] ^ Integer.MIN_VALUE);
    }
  }

  /** Real, effective and saved. */
  static void compareGids(ChildSteps list, int gid) {
    compare(list, "getresgid", JailKernel.GETRESGID, "what setresgid set", gid);
  }

  /** Likewise. */
  static void compareUids(ChildSteps list, int uid) {
    compare(list, "getresuid", JailKernel.GETRESUID, "what setresuid set", uid);
  }

  private static void compare(ChildSteps list, String get, int getter, String what, int id) {
    long three = list.bytes(12).address();
    list.call(get, getter, three, three + 4, three + 8);
    for (int i = 0; i < 3; i++) {
      list.compare(what, three + 4L * i, LOWER_HALF, id);
    }
  }

  static void setCapabilities(ChildSteps list, Capabilities sets) {
    MemorySegment header = list.bytes(8);
    header.set(ValueLayout.JAVA_INT, 0, LINUX_CAPABILITY_VERSION_3);
    MemorySegment data = list.bytes(24);
    sets.write(data);
    MemorySegment found = list.bytes(24);
    list.call("capset", JailKernel.CAPSET, header.address(), data.address(), 0);
    list.call("capget", JailKernel.CAPGET, header.address(), found.address(), 0);
    for (int i = 0; i < 24; i += 8) {
      list.compare(
          "the capabilities", found.address() + i, WHOLE, data.get(ValueLayout.JAVA_LONG, i));
    }
  }
}
