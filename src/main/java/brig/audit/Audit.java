package brig.audit;

import brig.audit.rules.Rules;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import brig.tree.ManifestEntry;
import brig.tree.MountPlan;
import brig.tree.MountedView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at one jail by all the rules that are asked for. */
public final class Audit {
  private final Inspection jail;
  private final List<Rule> rules;
  private final Findings findings;
  private final int deepestPlace;
  private final boolean mounted;
  private long files;
  private long directories;
  private long links;

  private Audit(Inspection jail, List<Rule> rules, Findings findings) {
    this.jail = jail;
    this.rules = rules;
    this.findings = findings;
    this.deepestPlace = jail.subject().deepestPlace();
    Blueprint blueprint = jail.subject().blueprint();
    this.mounted = blueprint != null && blueprint.mounted();
  }

  /**
   * Audits.
   *
   * @param selected the rules to go by
   * @throws BrigException if the directory cannot be one that is to be audited, or not be opened
   */
  public static AuditReport of(Subject subject, List<About> selected)
      throws BrigException, LinuxException {
    MountPlan mounted = subject.mounted();
    try (MountedView view = mounted == null ? null : MountedView.of(mounted, subject.root());
        Inspection jail =
            new Inspection(subject, open(view == null ? subject.root() : view.path()))) {
      refuseTheHost(jail);
      jail.findProcesses();
      Findings findings = new Findings(selected);
      Audit audit = new Audit(jail, Rules.make(jail, selected), findings);
      audit.run();
      return new AuditReport(
          subject,
          jail.path(),
          audit.files,
          audit.directories,
          audit.links,
          (int) jail.processes().stream().mapToInt(JailedProcess::pid).distinct().count(),
          findings.sorted(),
          findings.notKept(),
          jail.notSeen().gaps());
    }
  }

  private static Fd open(String root) throws BrigException {
    try {
      return Fd.open(root, Fd.O_PATH | Fd.O_DIRECTORY);
    } catch (LinuxException e) {
      Problem problem = e.problem("cannot audit " + root);
      throw switch (e.errno()) {
        case ENOENT -> BrigException.usage(problem.remedy("Name a jail, or a directory."));
        case ENOTDIR -> BrigException.usage(problem.remedy("A jail's root is a directory."));
        default -> BrigException.refused(problem);
      };
    }
  }

  private static void refuseTheHost(Inspection jail) throws BrigException, LinuxException {
    Stat host = Stat.of("/");
    if (host != null && JailedProcess.same(host, jail.root().stat())) {
      throw BrigException.usage(
          Problem.of(
                  "cannot audit "
                      + jail.subject().root()
                      + ": it is the root of this very process, the host's own and no jail")
              .remedy("Name the directory that is to become a process's root."));
    }
  }

  private void run() throws LinuxException {
    Subject subject = jail.subject();
    JailWalk.walk(jail.root(), "/", this::visit, jail.notSeen());
    for (Place place : subject.places()) {
      String outside = place.outside();
      if (outside != null) {
        walkPlace(place.inside(), outside);
      }
    }
    for (JailedProcess process : jail.processes()) {
      for (Rule rule : rules) {
        try {
          rule.look(process, findings);
        } catch (LinuxException e) {
          if (e.errno() != Errno.ENOENT && e.errno() != Errno.ESRCH) {
            jail.notSeen().add(process.text(), e);
          }
        }
      }
    }
    for (Rule rule : rules) {
      rule.finish(jail, findings);
    }
  }

  /** Found by names that the service could have changed: no link on the way is followed. */
  private void walkPlace(String inside, String outside) throws LinuxException {
    try (Fd host = Fd.open("/", Fd.O_PATH | Fd.O_DIRECTORY);
        Fd top =
            host.openAt(
                outside.substring(1),
                Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_NOFOLLOW,
                0,
                Fd.RESOLVE_NO_SYMLINKS | Fd.RESOLVE_NO_MAGICLINKS)) {
      JailWalk.walk(top, inside, this::visit, jail.notSeen());
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT) {
        jail.notSeen().add(inside, e);
      }
    }
  }

  private Node visit(@Nullable Node parent, String name, Fd place, Stat stat) {
    if (stat.isDirectory()) {
      directories++;
    } else if (stat.isLink()) {
      links++;
    } else {
      files++;
    }
    Node node = node(parent, name, place, stat);
    findings.mark();
    boolean held = mounted && !node.inPlace();
    for (Rule rule : rules) {
      try {
        if (held && rule.isHeldByMount()) {
          continue;
        }
        rule.look(node, findings);
      } catch (LinuxException e) {
        jail.notSeen().add(node.path(), e);
      }
    }
    return node;
  }

  private Node node(@Nullable Node parent, String name, Fd place, Stat stat) {
    if (parent == null) {
      boolean inPlace = !name.equals("/"); // else it is a place's own tree
      return new Node(null, name, stat, inPlace, true, inPlace ? null : planned("/"), place);
    }
    boolean inPlace = parent.inPlace();
    ManifestEntry planned = null;
    boolean mayBePlanned = parent.planned() != null;
    boolean mayBePlace = !inPlace && parent.depth() < deepestPlace;
    if (mayBePlanned || mayBePlace) {
      String path = child(parent, name);
      planned = planned(path);
      inPlace = inPlace || (mayBePlace && jail.subject().isPlace(path));
    }
    return new Node(parent, name, stat, inPlace, isReachable(parent), planned, place);
  }

  private static String child(Node directory, String name) {
    String path = directory.path();
    return path.equals("/") ? "/" + name : path + "/" + name;
  }

  private @Nullable ManifestEntry planned(String path) {
    Blueprint blueprint = jail.subject().blueprint();
    return blueprint == null ? null : blueprint.manifest().entry(path);
  }

  private boolean isReachable(Node parent) {
    return parent.reachable() && jail.subject().service().may(Service.EXECUTE, parent.stat(), null);
  }
}
