package brig.launch;

import brig.linux.Capabilities;
import brig.linux.Capability;
import brig.linux.CurrentPlace;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.linux.ThreadStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Asks the kernel for what was set. A setting that did not take ends the start. */
final class ReadBack {
  private final List<String> differences = new ArrayList<>();

  /** What was found otherwise than it was set. */
  List<String> differences() {
    return differences;
  }

  private void expect(String what, Object found, Object wanted) {
    if (!found.equals(wanted)) {
      differences.add(what + " is " + found + " instead of " + wanted);
    }
  }

  /** User, groups, capabilities, no_new_privs and seccomp. */
  void privileges(ThreadStatus status, Privileges wanted) {
    expect("the user", status.uids(), same(wanted.uid()));
    expect("the group", status.gids(), same(wanted.gid()));
    expect("the list of groups", new HashSet<>(status.groups()), new HashSet<>(wanted.groups()));
    String kept = Capability.names(wanted.kept());
    expect("the inheritable set", Capability.names(status.inheritable()), kept);
    expect("the permitted set", Capability.names(status.permitted()), kept);
    expect("the effective set", Capability.names(status.effective()), kept);
    expect("the bounding set", Capability.names(status.bounding()), kept);
    expect("the ambient set", Capability.names(status.ambient()), kept);
    expect("no_new_privs", status.noNewPrivileges(), true);
  }

  void securebits() throws LinuxException {
    expect("the securebits", Capabilities.securebits(), Privileges.SECUREBITS);
  }

  void filter(ThreadStatus status) {
    expect("the seccomp mode", status.seccomp(), 2);
  }

  /** One filter more than before. */
  void oneMore(ThreadStatus before, ThreadStatus now) {
    expect("the number of seccomp filters", now.filters(), before.filters() + 1);
  }

  /** Nothing blocked, nothing ignored. */
  void signals(ThreadStatus status) {
    expect("the mask of blocked signals", Long.toHexString(status.blocked()), "0");
    expect("the mask of ignored signals", Long.toHexString(status.ignored()), "0");
  }

  void limits(LimitPlan plan, int pid) throws LinuxException {
    plan.compare(pid, differences);
  }

  /** The root is the jail's, {@code ..} does not lead out, and the working directory is in it. */
  void place(Fd jail, String workingDirectory) throws LinuxException {
    Stat wanted = jail.stat();
    expect("the root", inode("/"), inode(wanted));
    expect("what lies above the root", inode("/.."), inode(wanted));
    expect("the working directory", inode("."), inode(workingDirectory));
    String directory = CurrentPlace.directory();
    if (!directory.startsWith("/")) {
      differences.add("the working directory is " + directory);
    }
  }

  private static String inode(String path) throws LinuxException {
    Stat stat = Stat.of(path);
    return stat == null ? "absent" : inode(stat);
  }

  private static String inode(Stat stat) {
    return "inode " + stat.inode() + " of device " + Long.toHexString(stat.device());
  }

  private static List<Integer> same(int id) {
    return List.of(id, id, id, id);
  }
}
