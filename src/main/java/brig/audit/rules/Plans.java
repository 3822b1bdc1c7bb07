package brig.audit.rules;

import brig.audit.About;
import brig.audit.Blueprint;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.tree.ManifestEntry;
import java.util.HashSet;
import java.util.Set;

/**
 * The jail against its manifest: strangers, what is missing, owners and modes, the host's state.
 */
final class Plans {
  static final About STRANGER =
      new About(
          "stranger",
          Severity.MEDIUM,
          "something in a jail of Brig that no entry of its plan explains",
          "Brig did not put it there. Nobody else but root can, so either somebody did by hand, or"
              + " somebody was root.",
          "Find out who put it there. brig build --again makes a clean generation; what belongs in"
              + " the jail goes into the jailfile.");
  static final About MISSING =
      new About(
          "missing",
          Severity.MEDIUM,
          "something that the plan has and the jail has not",
          "The jail is not what was built, and the service may fail or take something else"
              + " instead.",
          "brig build --again.");
  static final About OWNERSHIP =
      new About(
          "ownership",
          Severity.MEDIUM,
          "another owner or mode than the manifest has",
          "Somebody changed who may do what in the jail.",
          "Find out who did it; brig build --again makes it anew.");
  static final About STALE =
      new About(
          "stale",
          Severity.MEDIUM,
          "a jail that the host has left behind",
          "A copied library does not get the host's security updates by itself.",
          "brig sync, or brig build, and start the service anew.");

  private Plans() {}

  /** What no entry explains; of a directory only itself is told, not what is in it. */
  static final class Stranger implements Rule {
    private final boolean hasPlan;

    Stranger(Inspection jail) {
      this.hasPlan = jail.subject().blueprint() != null;
    }

    @Override
    public About about() {
      return STRANGER;
    }

    @Override
    public void look(Node node, Findings out) {
      Node parent = node.parent();
      if (!hasPlan || node.planned() != null || node.inPlace() || parent == null) {
        return;
      }
      if (parent.planned() != null && !out.anySinceMark()) {
        out.add(STRANGER, node.path(), "is " + Modes.type(node.stat()) + " that no plan has");
      }
    }
  }

  /** What is not there. */
  static final class Missing implements Rule {
    private final Set<String> seen = new HashSet<>();

    @Override
    public About about() {
      return MISSING;
    }

    @Override
    public void look(Node node, Findings out) {
      if (node.planned() != null) {
        seen.add(node.path());
      }
    }

    @Override
    public void finish(Inspection jail, Findings out) {
      Blueprint blueprint = jail.subject().blueprint();
      if (blueprint == null) {
        return;
      }
      for (ManifestEntry entry : blueprint.manifest().entries()) {
        String above = entry.path().substring(0, entry.path().lastIndexOf('/'));
        // Of a directory that is gone, what was in it is not told.
        if (!seen.contains(entry.path()) && seen.contains(above.isEmpty() ? "/" : above)) {
          out.add(MISSING, entry.path(), "is not there; it was built as a " + entry.kind().word());
        }
      }
    }
  }

  /** Owner and mode. */
  static final class Ownership implements Rule {
    @Override
    public About about() {
      return OWNERSHIP;
    }

    @Override
    public void look(Node node, Findings out) {
      ManifestEntry planned = node.planned();
      Stat stat = node.stat();
      if (planned == null || stat.isLink() || isMountPoint(planned) || out.anySinceMark()) {
        return;
      }
      boolean mode = (stat.mode() & 07777) != planned.mode();
      boolean owner = stat.uid() != planned.uid() || stat.gid() != planned.gid();
      if (mode || owner) {
        String is =
            (owner ? "owner " + Modes.owner(stat.uid(), stat.gid()) : "")
                + (owner && mode ? ", " : "")
                + (mode ? "mode " + Modes.octal(stat.mode()) : "");
        String was =
            (owner ? "owner " + Modes.owner(planned.uid(), planned.gid()) : "")
                + (owner && mode ? ", " : "")
                + (mode ? "mode " + Modes.octal(planned.mode()) : "");
        out.add(OWNERSHIP, node.path(), "has " + is + " instead of " + was);
      }
    }

    /** What is mounted there at the start has an owner and a mode of its own. */
    private static boolean isMountPoint(ManifestEntry planned) {
      return switch (planned.kind()) {
        case WRITABLE, TEMPORARY, SOCKET -> true;
        case DEVICE -> planned.source() != null;
        case DIRECTORY, FILE, MOUNTED, GENERATED, LINK, FIFO -> false;
      };
    }
  }

  /** Sources that look otherwise by now. */
  static final class Stale implements Rule {
    @Override
    public About about() {
      return STALE;
    }

    @Override
    public void finish(Inspection jail, Findings out) throws LinuxException {
      Blueprint blueprint = jail.subject().blueprint();
      if (blueprint == null) {
        return;
      }
      boolean any = false;
      for (ManifestEntry entry : blueprint.manifest().entries()) {
        String source = entry.source();
        if (source != null && isOfHost(entry)) {
          any |= tell(entry, source, out);
        }
      }
      String input = blueprint.changedInput();
      if (blueprint.jailfileChanged()) {
        out.add(STALE, "/", "is not built from its jailfile as that is now");
      } else if (!any && input != null) {
        out.add(
            STALE,
            Severity.LOW,
            "/",
            "was planned from the host's " + input + ", which has changed");
      }
    }

    private static boolean isOfHost(ManifestEntry entry) {
      return entry.kind() == ManifestEntry.Kind.FILE || entry.kind() == ManifestEntry.Kind.MOUNTED;
    }

    private static boolean tell(ManifestEntry planned, String source, Findings out)
        throws LinuxException {
      String path = planned.path();
      if (planned.kind() == ManifestEntry.Kind.MOUNTED) {
        return tellMounted(planned, source, out);
      }
      Stat host = Stat.of(source);
      if (host == null) {
        out.add(STALE, path, "is a copy of the host's " + source + ", which is gone");
      } else if (host.size() != planned.size() || host.modifiedNanos() != planned.modifiedNanos()) {
        String of = planned.origin() == null ? "" : " (" + planned.origin().text() + ")";
        out.add(STALE, path, "is an older copy" + of + " of the host's " + source);
      } else {
        return false;
      }
      return true;
    }

    /** A start shows what the host has then; what runs may have the older one. */
    private static boolean tellMounted(ManifestEntry planned, String source, Findings out)
        throws LinuxException {
      Stat host = Stat.of(source);
      boolean gone = host == null;
      boolean same =
          host != null
              && host.size() == planned.size()
              && host.modifiedNanos() == planned.modifiedNanos();
      if (!same) {
        String text = "is mounted from the host's " + source + ", which ";
        String what = gone ? "is gone" : "has changed since the last start or sync";
        out.add(STALE, gone ? Severity.MEDIUM : Severity.LOW, planned.path(), text + what);
      }
      return !same;
    }
  }
}
