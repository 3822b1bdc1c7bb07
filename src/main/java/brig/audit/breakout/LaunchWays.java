package brig.audit.breakout;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.audit.breakout.Puppet.Buffer;
import brig.linux.Errno;
import brig.report.BrigException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Ways that a launcher leaves open by what it forgets. */
final class LaunchWays {
  private static final int DESCRIPTORS = 1024;
  private static final int BATCH = 16;
  private static final int FIRST_FOREIGN = Puppet.SPARE_CHANNEL + 1;
  private static final int POLLNVAL = 0x20;
  private static final int TIOCSCTTY = 0x540E;
  private static final int TIOCSTI = 0x5412;
  private static final int FIONREAD = 0x541B;

  static final List<Attempt> ALL =
      List.of(
          new Attempt(
              "B27",
              "no chdir after chroot, \"..\"",
              List.of(Guard.ofBrig("chdir to the new root"), Guard.OWN_ROOT),
              LaunchWays::withoutChdir),
          new Attempt(
              "B28",
              "a directory left open",
              List.of(Guard.ofBrig("every descriptor closed"), Guard.LANDLOCK),
              LaunchWays::inheritedDirectory),
          new Attempt(
              "B29",
              "TIOCSTI into the terminal",
              List.of(Guard.filter("ioctl"), Guard.ofBrig("no controlling terminal")),
              LaunchWays::typeIntoTerminal));

  private LaunchWays() {}

  private static String withoutChdir(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate(Variation.WITHOUT_CHDIR);
    Steps.climb(inmate);
    return Steps.secretFromTop(scene, inmate);
  }

  private static String inheritedDirectory(Scene scene)
      throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate(Variation.DIRECTORY_OPEN);
    Refused last = new Refused("openat", Errno.EBADF.name());
    for (int from = FIRST_FOREIGN; from < DESCRIPTORS; from += BATCH) {
      for (int descriptor : open(inmate, from)) {
        try {
          return Steps.secret(scene, inmate, descriptor, Canary.SECRET);
        } catch (Refused e) {
          last = e;
        }
      }
    }
    throw last;
  }

  /**
   * Which of the next few descriptors are open: poll(2) may be asked no more than RLIMIT_NOFILE.
   */
  private static List<Integer> open(Puppet inmate, int from) throws Refused, NotPossible {
    Struct asked = Struct.of(BATCH * 8);
    for (int i = 0; i < BATCH; i++) {
      asked.u32(i * 8, from + i);
    }
    Buffer descriptors = inmate.put(asked.bytes());
    Buffer atOnce = inmate.buffer(16);
    inmate.need("ppoll", descriptors, BATCH, atOnce, 0, 0);
    Struct answered = Struct.from(inmate.get(descriptors));
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      if ((answered.u16(i * 8 + 6) & POLLNVAL) == 0) {
        open.add(from + i);
      }
    }
    return open;
  }

  /** What is typed is there to be read by whoever reads the terminal next: a shell, mostly. */
  private static String typeIntoTerminal(Scene scene)
      throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate(Variation.ON_A_TERMINAL);
    inmate.call("ioctl", Variation.TERMINAL, TIOCSCTTY, 0); // one's own already, or stolen
    inmate.must("ioctl", Variation.TERMINAL, TIOCSTI, new byte[] {'\n'});
    return waiting(inmate);
  }

  private static String waiting(Puppet inmate) throws Refused, NotPossible {
    Buffer count = inmate.buffer(4);
    inmate.must("ioctl", Variation.TERMINAL, FIONREAD, count);
    if (Struct.from(inmate.get(count)).u32(0) == 0) {
      throw new Refused("ioctl", "without effect");
    }
    return "typed into the terminal";
  }
}
