package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Service;
import brig.audit.Severity;
import brig.linux.LinuxException;

/** Symbolic links that lead a reader outside to something else than a process inside. */
final class LinkOut implements Rule {
  static final About ABOUT =
      new About(
          "link-out",
          Severity.MEDIUM,
          "a symbolic link that leads out of the jail",
          "A process inside cannot follow it out, but whoever reads the jail from outside does:"
              + " backups, log rotation, a root shell. A link that the service itself made is a"
              + " trap for them. Absolute links that lead to something inside are as they should"
              + " be.",
          "Remove it, or let it point to something in the jail. Read a jail from outside with tools"
              + " that follow no links.");

  private final Inspection jail;
  private final Service service;

  LinkOut(Inspection jail) {
    this.jail = jail;
    this.service = jail.subject().service();
  }

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void look(Node node, Findings out) throws LinuxException {
    if (!node.stat().isLink()) {
      return;
    }
    String target = node.target();
    String path = node.path();
    boolean over = !target.startsWith("/") && climbsOver(path, target);
    if (!over && (!target.startsWith("/") || isOfTheKernel(target))) {
      return;
    }
    boolean planted = node.inPlace() || node.stat().uid() == service.uid();
    if (over) {
      String whose = planted ? ", where the service can have put it" : "";
      out.add(ABOUT, path, "leads to " + target + ", over the jail's root" + whose);
    } else if (planted) {
      // Absolute and made by the service: for a reader outside it is a file of the host at any
      // rate.
      out.add(
          ABOUT,
          path,
          "leads to "
              + target
              + ", for a reader outside a file of the host, and the service can have put it there");
    } else if (node.planned() == null && jail.stat(target) == null) {
      out.add(
          ABOUT,
          Severity.LOW,
          path,
          "leads to " + target + ": nothing inside, but a file of the host for a reader outside");
    }
  }

  // Links such as /dev/fd -> /proc/self/fd mean the same wherever they are read.
  private static boolean isOfTheKernel(String target) {
    return target.startsWith("/proc/") || target.startsWith("/sys/") || target.startsWith("/dev/");
  }

  /** Whether {@code ..} leads above the root, with the names on the way taken for directories. */
  private static boolean climbsOver(String path, String target) {
    int depth = 0;
    for (int i = path.indexOf('/', 1); i >= 0; i = path.indexOf('/', i + 1)) {
      depth++;
    }
    for (String name : target.split("/", -1)) {
      if (name.equals("..")) {
        depth--;
        if (depth < 0) {
          return true;
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        depth++;
      }
    }
    return false;
  }
}
