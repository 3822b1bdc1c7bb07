package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.plan.Tools;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shells by name, and the host's shells under other names. */
final class Shell implements Rule {
  static final About ABOUT =
      new About(
          "shell",
          Severity.MEDIUM,
          "a shell, by its name or as a copy of one of the host's",
          "Most ready-made attacks end in starting /bin/sh. Without a shell they end in nothing.",
          "Leave it out. Where the service needs one (system(3), popen(3), CGI scripts), name it in"
              + " the jailfile, and know that it is there.");

  private static final List<String> OF_THE_HOST =
      List.of(
          "/bin/dash",
          "/bin/bash",
          "/bin/busybox",
          "/bin/zsh",
          "/bin/ksh93",
          "/bin/mksh",
          "/bin/tcsh",
          "/bin/fish");
  private static final int CHUNK = 64 * 1024;

  /** Shells of the host by their size, so that hardly any file has to be compared. */
  private final Map<Long, List<String>> bySize = new HashMap<>();

  Shell(Inspection jail) {
    for (String path : OF_THE_HOST) {
      try {
        Stat stat = Stat.of(path);
        if (stat != null && stat.isFile()) {
          bySize.computeIfAbsent(stat.size(), _ -> new ArrayList<>()).add(path);
        }
      } catch (LinuxException e) {
        jail.notSeen().add(path, e);
      }
    }
  }

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void look(Node node, Findings out) throws LinuxException {
    if (!node.stat().isFile()) {
      return;
    }
    if (Tools.sort(node.name()) == Tools.Sort.SHELL) {
      if (Programs.isProgram(node)) {
        tell(node, out, "");
      }
      return;
    }
    for (String shell : bySize.getOrDefault(node.stat().size(), List.of())) {
      if (isSame(node, shell)) {
        tell(node, out, ", and is the host's " + shell + " under another name");
        return;
      }
    }
  }

  private static void tell(Node node, Findings out, String what) {
    if (node.planned() == null) {
      out.add(ABOUT, node.path(), "can be run by what is in the jail" + what);
    } else {
      out.add(ABOUT, Severity.LOW, node.path(), "is in the plan: " + node.why() + what);
    }
  }

  private static boolean isSame(Node node, String shell) throws LinuxException {
    byte[] mine = new byte[CHUNK];
    byte[] theirs = new byte[CHUNK];
    try (Fd a = node.open();
        Fd b = Fd.open(shell, Fd.O_RDONLY)) {
      long position = 0;
      while (true) {
        int count = a.read(position, mine, 0, CHUNK);
        if (count != b.read(position, theirs, 0, CHUNK)
            || !Arrays.equals(mine, 0, count, theirs, 0, count)) {
          return false;
        }
        if (count < CHUNK) {
          return true;
        }
        position += count;
      }
    } catch (LinuxException e) {
      if (e.errno() == Errno.EACCES) {
        return false; // what cannot be read cannot be told; walk and manifest say so elsewhere
      }
      throw e;
    }
  }
}
