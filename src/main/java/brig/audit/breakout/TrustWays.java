package brig.audit.breakout;

import static brig.audit.breakout.Steps.CWD;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.linux.Architecture;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Ways through those outside who trust what they find in a jail. */
final class TrustWays {
  private static final int NOBODY = 65534;
  private static final String CHROOT = "/usr/sbin/chroot";
  private static final int CREATE = Fd.O_WRONLY | Fd.O_CREAT | Fd.O_EXCL;

  static final List<Attempt> ALL =
      List.of(
          new Attempt(
              "B25",
              "set-uid file, run outside",
              List.of(Guard.filter("fchmodat"), Guard.notRoot("the file is not root's")),
              TrustWays::setUidFile),
          new Attempt(
              "B26",
              "a link that root outside follows",
              List.of(Guard.ofBrig("openat2 without links")),
              TrustWays::link),
          new Attempt(
              "B30",
              "identity from the jail's passwd",
              List.of(Guard.ofBrig("names resolved outside")),
              TrustWays::identity));

  private TrustWays() {}

  private static String setUidFile(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    String path = scene.place("b25");
    byte[] program = PuppetProgram.of(Architecture.current());
    long file = inmate.must("openat", CWD, path, CREATE, 0755);
    inmate.must("write", file, program, program.length);
    inmate.must("close", file);
    inmate.must("fchmodat", CWD, path, 04755);
    Canary canary = scene.canary();
    // Out of the reach of whoever is in the jail, before it is run.
    Names.move(canary.inside(), "b25", canary.outside(), "b25");
    Stat planted = canary.outside().statAt("b25");
    if (planted == null || planted.uid() != 0 || !planted.isFile()) {
      throw new Refused("set-uid file", "not root's");
    }
    String outside = canary.outside().path() + "/b25";
    Puppet anybody =
        scene.keep(
            OutsideStart.of(outside, NOBODY, NOBODY).start("outside, nobody", scene.transcript()));
    long uid = anybody.must("geteuid");
    if (uid != 0) {
      throw new Refused("execve", "runs as " + uid);
    }
    return "nobody became root outside";
  }

  private static String link(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    Canary canary = scene.canary();
    inmate.must("symlinkat", canary.secretPath(), CWD, scene.place("b26"));
    inmate.must("symlinkat", canary.outside().path(), CWD, scene.place("b26.d"));
    return switch (scene.target()) {
      case JailTarget jail -> followedByBrig(scene, jail);
      case ChrootTarget chroot -> {
        try (Fd file = Fd.open(canary.inside().path() + "/b26", Fd.O_RDONLY | Fd.O_NONBLOCK)) {
          yield read(file, canary, "root read the canary");
        }
      }
    };
  }

  /** As Brig reads in a jail, and as it mounts a writable place at the next start. */
  private static String followedByBrig(Scene scene, JailTarget jail)
      throws AttemptEnd, IOException {
    Canary canary = scene.canary();
    try (Fd file = canary.inside().openAt("b26", Fd.O_RDONLY, 0, Fd.RESOLVE_IN_ROOT)) {
      return read(file, canary, "Brig read the canary");
    } catch (LinuxException e) {
      scene.transcript().add("outside, Brig: openat2(b26, RESOLVE_IN_ROOT) = " + e.errno());
    }
    Puppet next;
    try {
      next = scene.keep(jail.startWithPlace(canary, "b26.d", scene.transcript()));
    } catch (BrigException e) {
      throw new Refused("start", answer(e));
    }
    return Steps.secret(scene, next, CWD, scene.place(Canary.SECRET));
  }

  private static String answer(BrigException refusal) {
    Problem problem = refusal.problems().getFirst();
    String answer = problem.answer();
    if (answer == null) {
      return "refused";
    }
    int space = answer.indexOf(' ');
    return space < 0 ? answer : answer.substring(0, space);
  }

  private static String read(Fd file, Canary canary, String proof) throws LinuxException, Refused {
    byte[] content = new byte[canary.secret().length];
    file.read(0, content, 0, content.length);
    if (!Arrays.equals(content, canary.secret())) {
      throw new Refused("read", "another file");
    }
    return proof;
  }

  private static String identity(Scene scene) throws AttemptEnd, BrigException, IOException {
    ScratchJail scratch = ScratchJail.make(scene);
    return switch (scene.target()) {
      case JailTarget jail -> ofBrig(scene, jail, scratch);
      case ChrootTarget chroot -> ofChroot(scene, scratch);
    };
  }

  private static String ofBrig(Scene scene, JailTarget jail, ScratchJail scratch)
      throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.keep(jail.startIn(scratch.root(), "/program", scene.transcript()));
    long uid = ScratchJail.uid(inmate);
    if (scratch.wasAsked()) {
      return "the start read the jail's files";
    }
    if (uid != jail.uid()) {
      return "it ran as uid " + uid;
    }
    throw new Refused("start", "uid " + uid);
  }

  /** chroot(1) itself, as of coreutils: it looks the name up in the new root. */
  private static String ofChroot(Scene scene, ScratchJail scratch) throws AttemptEnd, IOException {
    if (Stat.of(CHROOT) == null) {
      throw new NotPossible("there is no " + CHROOT);
    }
    List<String> command =
        List.of(CHROOT, "--userspec=" + ScratchJail.USER, scratch.root(), "/program");
    OutsideStart start = new OutsideStart(command, 0, 0, true, List.of());
    long uid = ScratchJail.uid(scene.keep(start.start("chroot(1)", scene.transcript())));
    if (uid != 0) {
      throw new Refused("chroot(1)", "uid " + uid);
    }
    return "chroot(1) ran it as root";
  }
}
