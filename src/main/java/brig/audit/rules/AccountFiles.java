package brig.audit.rules;

import brig.audit.About;
import brig.audit.Blueprint;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.JailedProcess;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.linux.LinuxException;
import brig.tree.ManifestEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The jail's /etc/passwd and /etc/shadow: accounts without use, root with a shell, open ones. */
final class AccountFiles {
  static final About EXTRA =
      new About(
          "extra-accounts",
          Severity.LOW,
          "accounts in the jail's passwd that nothing in the jail needs",
          "They tell an intruder who exists on the host, and a copied passwd is never brought up to"
              + " date.",
          "Keep root, the service's user and those who own files inside.");
  static final About ROOT_SHELL =
      new About(
          "root-shell",
          Severity.MEDIUM,
          "an account with uid 0 that has a shell, or more than one with uid 0",
          "Who becomes root inside leaves the jail. A second name for uid 0 is how intruders come"
              + " back.",
          "Give root /bin/false or /usr/sbin/nologin, and remove other accounts with uid 0.");
  static final About OPEN =
      new About(
          "open-account",
          Severity.MEDIUM,
          "an account in the jail whose password is not locked",
          "A hash of the host's can be guessed at leisure by whoever reads it; an empty password"
              + " lets everybody in. Nobody has to log in to a jail.",
          "Put ! or * into the password field of /etc/shadow and x into that of /etc/passwd.");

  private static final String PASSWD = "/etc/passwd";
  private static final String SHADOW = "/etc/shadow";

  private AccountFiles() {}

  /** Brig's own files are known by the manifest; drift tells when they were changed. */
  private static boolean isPlanned(Inspection jail) {
    Blueprint blueprint = jail.subject().blueprint();
    ManifestEntry passwd = blueprint == null ? null : blueprint.manifest().entry(PASSWD);
    return passwd != null && passwd.kind() == ManifestEntry.Kind.GENERATED;
  }

  /** Accounts that own nothing and run nothing. */
  static final class Extra implements Rule {
    private static final int MOST_OWNERS = 100_000;
    private static final int NAMED = 10;

    private final Set<Long> owners = new HashSet<>();

    @Override
    public About about() {
      return EXTRA;
    }

    @Override
    public void look(Node node, Findings out) {
      if (owners.size() < MOST_OWNERS) {
        owners.add(Integer.toUnsignedLong(node.stat().uid()));
      }
    }

    @Override
    public void finish(Inspection jail, Findings out) throws LinuxException {
      if (isPlanned(jail)) {
        return;
      }
      owners.add(0L);
      owners.add(Integer.toUnsignedLong(jail.subject().service().uid()));
      for (JailedProcess process : jail.processes()) {
        owners.add(Integer.toUnsignedLong(process.uid()));
      }
      List<String> extra = new ArrayList<>();
      for (Passwd.Account account : Passwd.accounts(jail.read(PASSWD))) {
        if (!owners.contains(account.uid())) {
          extra.add(account.name());
        }
      }
      if (!extra.isEmpty()) {
        String names = String.join(", ", extra.subList(0, Math.min(NAMED, extra.size())));
        out.add(
            EXTRA,
            PASSWD,
            "has "
                + extra.size()
                + (extra.size() == 1 ? " account" : " accounts")
                + " that own nothing and run nothing here: "
                + names
                + (extra.size() > NAMED ? ", ..." : ""));
      }
    }
  }

  /** Uid 0 with a shell; uid 0 twice. */
  static final class RootShell implements Rule {
    @Override
    public About about() {
      return ROOT_SHELL;
    }

    @Override
    public void finish(Inspection jail, Findings out) throws LinuxException {
      boolean first = true;
      for (Passwd.Account account : Passwd.accounts(jail.read(PASSWD))) {
        if (account.uid() != 0) {
          continue;
        }
        if (!first || !account.name().equals("root")) {
          out.add(ROOT_SHELL, Severity.HIGH, PASSWD, account.name() + " has uid 0 too");
        } else if (account.hasShell()) {
          String shell = account.shell().isEmpty() ? "/bin/sh" : account.shell();
          boolean there = jail.stat(shell) != null;
          out.add(
              ROOT_SHELL,
              there ? Severity.MEDIUM : Severity.LOW,
              PASSWD,
              account.name() + " has the shell " + shell + (there ? "" : ", which is not here"));
        }
        first = false;
      }
    }
  }

  /** Passwords that are not locked. */
  static final class Open implements Rule {
    @Override
    public About about() {
      return OPEN;
    }

    @Override
    public void finish(Inspection jail, Findings out) throws LinuxException {
      for (Passwd.Account account : Passwd.accounts(jail.read(PASSWD))) {
        if (!account.password().equals("x")) {
          tell(PASSWD, account.name(), account.password(), out);
        }
      }
      for (String[] pair : Passwd.shadow(jail.read(SHADOW))) {
        tell(SHADOW, pair[0], pair[1], out);
      }
    }

    private static void tell(String file, String name, String password, Findings out) {
      if (password.isEmpty()) {
        out.add(OPEN, Severity.HIGH, file, name + " has an empty password");
      } else if (password.charAt(0) != '!' && password.charAt(0) != '*') {
        out.add(OPEN, file, name + " has a password that is not locked");
      }
    }
  }
}
