package brig.audit.rules;

import brig.audit.About;
import brig.audit.Blueprint;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.JailedProcess;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.audit.Subject;
import brig.linux.Capability;
import brig.linux.LinuxException;
import org.jspecify.annotations.Nullable;

/** What the processes of the jail may do, and where they stand. */
final class Processes {
  static final About ROOT =
      new About(
          "root-process",
          Severity.HIGH,
          "a process of the jail that is root",
          "A chroot holds no root: with the capabilities that root has by default, two system calls"
              + " lead out of it.",
          "Let the service give root up, or start it as a user of its own.");
  static final About CAPABLE =
      new About(
          "capable-process",
          Severity.HIGH,
          "a process of the jail, not root, that holds capabilities",
          "Several capabilities are ways out of a chroot by themselves, and others give what they"
              + " were split from.",
          "Take them away at the start (capsh --drop, CapabilityBoundingSet), or let Brig start"
              + " it.");
  static final About CWD =
      new About(
          "cwd-outside",
          Severity.HIGH,
          "a process of the jail whose working directory is outside of it",
          "It was launched without chdir(\"/\") after chroot: \"cd ..\" is the host, without any"
              + " privilege.",
          "Start it anew with chdir(\"/\") after chroot(2), as chroot(8) and Brig do.");
  static final About OLD =
      new About(
          "old-generation",
          Severity.MEDIUM,
          "a process of the jail that runs in another generation than the current one",
          "What was built since (a library's security update, say) does not reach it until it is"
              + " started again.",
          "brig stop and brig run.");
  static final About PRIVILEGES =
      new About(
          "no-new-privs",
          Severity.LOW,
          "a process of the jail without no_new_privs",
          "A set-id file or file capabilities, inside by mistake or planted, would still work for"
              + " it (prctl(2), PR_SET_NO_NEW_PRIVS).",
          "setpriv --no-new-privs, NoNewPrivileges=yes, or let Brig start it.");
  static final About FILTER =
      new About(
          "no-seccomp",
          Severity.LOW,
          "a process of the jail without a seccomp filter",
          "All of the kernel's system calls are open to it, and most holes of kernels are in calls"
              + " that no service makes.",
          "SystemCallFilter=, or let Brig start it.");

  private Processes() {}

  /** What a rule finds about one process; null for nothing. */
  private interface Look {
    @Nullable Said at(JailedProcess process, Subject subject) throws LinuxException;
  }

  private record Said(Severity severity, String message) {}

  private record ByProcess(About about, Look look, Subject subject) implements Rule {
    @Override
    public void look(JailedProcess process, Findings out) throws LinuxException {
      Said said = look.at(process, subject);
      if (said != null) {
        out.add(about, said.severity, process.program(), process.text() + " " + said.message);
      }
    }
  }

  private static Rule rule(About about, Look look, Inspection jail) {
    return new ByProcess(about, look, jail.subject());
  }

  static Rule root(Inspection jail) {
    return rule(
        ROOT,
        (p, subject) -> {
          Blueprint blueprint = subject.blueprint();
          if (!p.status().uids().contains(0)) {
            return null;
          }
          boolean wanted =
              blueprint != null
                  && blueprint.startsAsRoot()
                  && isWithin(p, blueprint.capabilities());
          String held = Capability.names(p.status().permitted());
          return wanted
              ? new Said(Severity.LOW, "is root, with what its jailfile leaves to it: " + or(held))
              : new Said(Severity.HIGH, "is root, with " + or(shorten(p.status().permitted())));
        },
        jail);
  }

  private static String or(String names) {
    return names.isEmpty() ? "no capability" : names;
  }

  private static String shorten(long set) {
    int count = Long.bitCount(set);
    return count > 8 ? count + " capabilities" : Capability.names(set);
  }

  private static boolean isWithin(JailedProcess process, long allowed) {
    return (process.status().permitted() & ~allowed) == 0;
  }

  static Rule capable(Inspection jail) {
    return rule(
        CAPABLE,
        (p, subject) -> {
          Blueprint blueprint = subject.blueprint();
          long left = blueprint == null ? subject.life().capabilities() : blueprint.capabilities();
          long held = p.status().permitted() | p.status().effective();
          if (held == 0 || p.status().uids().contains(0)) {
            return null;
          }
          return isWithin(p, left)
              ? new Said(Severity.LOW, "holds what its jailfile leaves to it: " + shorten(held))
              : new Said(Severity.HIGH, "holds " + shorten(held));
        },
        jail);
  }

  static Rule cwd(Inspection jail) {
    return rule(
        CWD,
        (p, _) -> {
          Boolean inside = p.isInside("cwd");
          return inside != null && !inside
              ? new Said(Severity.HIGH, "has its working directory outside")
              : null;
        },
        jail);
  }

  static Rule old(Inspection jail) {
    return rule(
        OLD,
        (p, subject) -> {
          Blueprint blueprint = subject.blueprint();
          return blueprint == null || p.generation() == blueprint.generation()
              ? null
              : new Said(
                  Severity.MEDIUM,
                  "runs generation "
                      + p.generation()
                      + ", "
                      + blueprint.generation()
                      + " is current");
        },
        jail);
  }

  static Rule privileges(Inspection jail) {
    return rule(
        PRIVILEGES,
        (p, _) -> p.status().noNewPrivileges() ? null : new Said(Severity.LOW, "can gain rights"),
        jail);
  }

  static Rule filter(Inspection jail) {
    return rule(
        FILTER,
        (p, _) -> p.status().seccomp() == 0 ? new Said(Severity.LOW, "may make every call") : null,
        jail);
  }
}
