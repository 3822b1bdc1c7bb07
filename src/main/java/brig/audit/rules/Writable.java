package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Service;
import brig.audit.Severity;
import brig.linux.LinuxException;
import brig.linux.Stat;

/** What everybody may write to; and what the service may write to beyond its named places. */
final class Writable {
  static final About WORLD =
      new About(
          "world-writable",
          Severity.MEDIUM,
          "a file or directory that everybody may write to",
          "Every process of the jail, and outside every user who can reach it, may change it or put"
              + " something of his own there. Without the sticky bit he may also replace what"
              + " others have in the directory.",
          "Take the right away (chmod o-w PATH); for a directory that has to be so, chmod 1777 PATH"
              + " and name it (files.writable, --writable).");
  static final About SERVICE =
      new About(
          "service-writable",
          Severity.MEDIUM,
          "a file or directory outside of the named places that the service may write to",
          "Who takes the service over can change its programs, libraries or configuration, and so"
              + " stay; or leave something for others to run.",
          "Give it to root (chown root:root PATH, chmod go-w PATH). If the service has to write"
              + " there, name the directory (files.writable, --writable).");

  private Writable() {}

  private static boolean matters(Node node) {
    int type = node.stat().type();
    return type == Stat.S_IFREG || type == Stat.S_IFDIR;
  }

  /** Everybody. */
  static final class ByAll implements Rule {
    private static final int STICKY = 01000;

    @Override
    public About about() {
      return WORLD;
    }

    @Override
    public boolean isHeldByMount() {
      return true;
    }

    @Override
    public void look(Node node, Findings out) {
      int mode = node.stat().mode();
      boolean directory = node.stat().isDirectory();
      boolean sticky = directory && (mode & STICKY) != 0;
      // In a named place all is the service's own business but what it lets others replace.
      if (!matters(node) || (mode & 2) == 0 || (node.inPlace() && (sticky || !directory))) {
        return;
      }
      Severity severity = sticky ? Severity.LOW : Severity.MEDIUM;
      String message = "can be written to by everybody, mode " + Modes.octal(mode);
      if (node.executable()) {
        out.add(WORLD, Severity.HIGH, node.path(), message + ", and is a program");
      } else {
        out.add(WORLD, severity, node.path(), message);
      }
    }
  }

  /** The service, by owner, group or access list. */
  static final class ByService implements Rule {
    private final Service service;
    private final boolean mountedReadOnly;

    ByService(Inspection jail) {
      this.service = jail.subject().service();
      this.mountedReadOnly = jail.subject().blueprint() != null;
    }

    @Override
    public About about() {
      return SERVICE;
    }

    @Override
    public boolean isHeldByMount() {
      return true;
    }

    @Override
    public void look(Node node, Findings out) throws LinuxException {
      Stat stat = node.stat();
      if (!matters(node) || node.inPlace() || !node.reachable() || (stat.mode() & 2) != 0) {
        return;
      }
      if (service.uid() != 0 && service.may(Service.WRITE, stat, node.accessList())) {
        out.add(
            SERVICE,
            node.executable() ? Severity.HIGH : Severity.MEDIUM,
            node.path(),
            "can be written to by the service, uid "
                + service.uid()
                + ": owner "
                + Modes.owner(stat.uid(), stat.gid())
                + ", mode "
                + Modes.octal(stat.mode()));
      } else if (service.uid() == stat.uid() && service.uid() != 0 && !mountedReadOnly) {
        out.add(
            SERVICE,
            Severity.LOW,
            node.path(),
            "belongs to the service, uid "
                + service.uid()
                + ", which can let itself write (chmod)");
      }
    }
  }
}
