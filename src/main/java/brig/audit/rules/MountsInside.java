package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.JailedProcess;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.linux.LinuxException;
import brig.linux.MountTable;
import brig.linux.MountTable.Mount;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is mounted in the jail, as the host sees it and as its processes do. */
final class MountsInside implements Rule {
  static final About ABOUT =
      new About(
          "mount",
          Severity.MEDIUM,
          "a file system mounted in the jail that should not be, or without nosuid and nodev",
          "proc shows the host's processes, and /proc/PID/root is their root directory. sys and the"
              + " like are the kernel's own switches. A mount without nosuid or nodev gives back"
              + " what the jail's own file system was denied.",
          "umount it, or mount it with nosuid,nodev,noexec, and ro where nothing is written.");

  private static final Set<String> KERNELS =
      Set.of(
          "proc",
          "sysfs",
          "devtmpfs",
          "cgroup",
          "cgroup2",
          "debugfs",
          "tracefs",
          "securityfs",
          "bpf",
          "configfs",
          "efivarfs",
          "pstore",
          "binfmt_misc",
          "fusectl",
          "autofs",
          "hugetlbfs",
          "selinuxfs");

  private final Set<String> told = new HashSet<>();

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void look(JailedProcess process, Findings out) throws LinuxException {
    if (process.ownMounts()) {
      for (Mount mount : MountTable.of(process.pid())) {
        look(mount, mount.point(), out);
      }
    }
  }

  @Override
  public void finish(Inspection jail, Findings out) throws LinuxException {
    for (Mount mount : MountTable.mine()) {
      if (mount.point().startsWith(jail.path() + "/")) {
        look(mount, mount.point().substring(jail.path().length()), out);
      }
    }
  }

  private void look(Mount mount, String point, Findings out) {
    boolean wholeTree = mount.root().equals("/");
    if (point.equals("/") || mount.type().equals("devpts") || !told.add(point)) {
      return;
    }
    String what = "is a mount of type " + mount.type() + " (" + options(mount) + ")";
    if (mount.type().equals("proc") && wholeTree) {
      boolean hidden = mount.shared().contains("hidepid=invisible") || hides(mount);
      out.add(ABOUT, hidden ? Severity.MEDIUM : Severity.HIGH, point, what);
    } else if (mount.type().equals("devtmpfs") && wholeTree) {
      out.add(ABOUT, Severity.HIGH, point, what + ": all of the host's devices");
    } else if (KERNELS.contains(mount.type()) && !isDevice(mount, point)) {
      out.add(ABOUT, point, what);
    } else {
      lookAtOptions(mount, point, what, out);
    }
  }

  private static boolean hides(Mount mount) {
    return mount.shared().contains("hidepid=2") || mount.shared().contains("hidepid=4");
  }

  /** A single device that is mounted from the host's /dev; what it is, other rules tell. */
  private static boolean isDevice(Mount mount, String point) {
    return mount.type().equals("devtmpfs") && point.startsWith("/dev/");
  }

  private static void lookAtOptions(Mount mount, String point, String what, Findings out) {
    boolean devices = point.equals("/dev") || point.startsWith("/dev/");
    List<String> missing = new ArrayList<>();
    if (!mount.has("nosuid")) {
      missing.add("nosuid");
    }
    if (!mount.has("nodev") && !devices) {
      missing.add("nodev");
    }
    if (!missing.isEmpty()) {
      out.add(ABOUT, point, what + " without " + String.join(" and ", missing));
    } else if (!mount.has("noexec") && !mount.has("ro")) {
      out.add(ABOUT, Severity.LOW, point, what + " that can be written to and run from");
    }
  }

  private static String options(Mount mount) {
    return String.join(",", mount.options());
  }
}
