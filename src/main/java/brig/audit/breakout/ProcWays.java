package brig.audit.breakout;

import static brig.audit.breakout.Steps.CWD;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.linux.Fd;
import brig.report.BrigException;
import java.io.IOException;
import java.util.List;

/** Ways through /proc and other file systems of the kernel's. */
final class ProcWays {
  private static final int MNT_DETACH = 2;

  static final List<Attempt> ALL =
      List.of(
          new Attempt(
              "B10",
              "mount proc, /proc/1/root",
              List.of(Guard.filter("mount"), Guard.lacking("CAP_SYS_ADMIN"), Guard.OWN_PIDS),
              ProcWays::mountProc),
          new Attempt(
              "B11",
              "/proc/PID/root of an outsider",
              List.of(Guard.NO_PROC, Guard.OWN_PIDS, Guard.LANDLOCK),
              ProcWays::rootOfAnother),
          new Attempt(
              "B23",
              "core_pattern opened for writing",
              List.of(Guard.NO_PROC, Guard.filter("mount"), Guard.lacking("CAP_SYS_ADMIN")),
              ProcWays::corePattern),
          new Attempt(
              "B24",
              "release_agent of a cgroup",
              List.of(Guard.filter("mount"), Guard.lacking("CAP_SYS_ADMIN")),
              ProcWays::releaseAgent));

  private ProcWays() {}

  private static String mountProc(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    String proc = scene.place("b10");
    inmate.need("mkdirat", CWD, proc, 0755);
    inmate.must("mount", "proc", proc, "proc", 0, 0);
    String secret = "/root" + scene.canary().secretPath();
    // The first process may have capabilities that this root lacks, and then keeps its own shut.
    int other = scene.helper().pid();
    return Steps.anyOf(
        () -> Steps.secret(scene, inmate, CWD, proc + "/1" + secret),
        () -> Steps.secret(scene, inmate, CWD, proc + "/" + other + secret));
  }

  /** The jail's /proc, or one that the process can mount itself. */
  private static String proc(Scene scene, Puppet inmate, String name) throws Refused, NotPossible {
    String own = scene.place(name);
    inmate.need("mkdirat", CWD, own, 0755);
    long result = inmate.call("mount", "proc", own, "proc", 0, 0);
    return Puppet.isError(result) ? "/proc" : own;
  }

  private static String rootOfAnother(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet twin = scene.twin();
    Puppet inmate = scene.inmate();
    String proc = proc(scene, inmate, "b11");
    String root = proc + "/" + twin.pid() + "/root";
    return Steps.secret(scene, inmate, CWD, root + scene.canary().secretPath());
  }

  /** Opened only: what is written there would be run as root, outside, at the next crash. */
  private static String corePattern(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    String proc = proc(scene, inmate, "b23");
    inmate.must("openat", CWD, proc + "/sys/kernel/core_pattern", Fd.O_WRONLY, 0);
    return "could write core_pattern";
  }

  /**
   * The kernel runs a hierarchy's release_agent as root, outside, when a cgroup of it is empty. The
   * hierarchy is a new one of Brig's own, and what is written is what was there.
   */
  private static String releaseAgent(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    String place = scene.place("b24");
    inmate.need("mkdirat", CWD, place, 0755);
    String options = "none,name=brig" + scene.canary().unique();
    inmate.must("mount", "brig", place, "cgroup", 0, options);
    try {
      long file = inmate.must("openat", CWD, place + "/release_agent", Fd.O_RDWR, 0);
      inmate.must("write", file, new byte[] {'\n'}, 1);
      inmate.call("close", file);
    } finally {
      inmate.call("umount2", place, MNT_DETACH);
    }
    return "wrote a release_agent";
  }
}
