package brig.audit.breakout;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.PseudoTerminal;
import java.util.List;

/**
 * A directory, entered as chroot(8) does it: chroot, chdir, setgroups, setgid, setuid, and nothing
 * else. Only the mount namespace is a copy, so that mounts that succeed trouble nobody.
 *
 * @param directory its real path, not {@code /}
 */
public record ChrootTarget(String directory, int uid, int gid) implements Target {
  private static final String PREFIX = ".brig-breakout-";
  private static final int O_DIRECTORY_READ = Fd.O_RDONLY | Fd.O_DIRECTORY;
  private static final int TIOCSCTTY = 0x540E;
  private static final int PR_SET_DUMPABLE = 4;

  @Override
  public String name() {
    return directory;
  }

  @Override
  public String as() {
    return uid + ":" + gid;
  }

  private String label() {
    return PREFIX + directory.substring(directory.lastIndexOf('/') + 1) + "-";
  }

  @Override
  public Canary canary() throws LinuxException {
    int slash = directory.lastIndexOf('/');
    String parent = slash == 0 ? "/" : directory.substring(0, slash);
    return Canary.make(parent, directory, label(), uid, gid);
  }

  @Override
  public String place(Canary canary) {
    return canary.inside().path().substring(directory.length());
  }

  @Override
  public Puppet start(Canary canary, Variation variation, Transcript transcript)
      throws LinuxException, Refused, NotPossible {
    Puppet puppet;
    if (variation == Variation.ON_A_TERMINAL) {
      try (PseudoTerminal terminal = PseudoTerminal.open()) {
        // The master must stay open for the terminal's life: the puppet has it as the next one.
        puppet = begin(canary, List.of(terminal.terminal(), terminal.master()), transcript);
      }
    } else {
      puppet = begin(canary, List.of(), transcript);
    }
    try {
      enter(puppet, canary, variation);
      return puppet;
    } catch (Refused | NotPossible | RuntimeException e) {
      puppet.close();
      throw e;
    }
  }

  private static Puppet begin(Canary canary, List<Fd> more, Transcript transcript)
      throws LinuxException {
    return new OutsideStart(List.of(canary.programPath()), 0, 0, true, more)
        .start("jailed", transcript);
  }

  private void enter(Puppet puppet, Canary canary, Variation variation)
      throws Refused, NotPossible {
    switch (variation) {
      case NONE -> {}
      case WITHOUT_CHDIR -> puppet.need("chdir", canary.outside().path());
      case DIRECTORY_OPEN ->
          puppet.need("openat", Steps.CWD, canary.outside().path(), O_DIRECTORY_READ, 0);
      case ON_A_TERMINAL -> puppet.need("ioctl", Variation.TERMINAL, TIOCSCTTY, 0);
    }
    puppet.need("chroot", directory);
    if (variation != Variation.WITHOUT_CHDIR) {
      puppet.need("chdir", "/");
    }
    puppet.need("setgroups", 0, 0);
    puppet.need("setresgid", gid, gid, gid);
    puppet.need("setresuid", uid, uid, uid);
    // What the exec after chroot(8) would do: a change of the user leaves a process that nobody
    // may trace, until the next exec (prctl(2)).
    puppet.need("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0);
  }
}
