package brig.audit.breakout;

import java.util.function.Predicate;

/**
 * Something that stands in a way out.
 *
 * @param word as it is told
 * @param inForce it was found so in the jailed process
 */
record Guard(String word, Predicate<Facts> inForce) {
  static final Guard OWN_ROOT = new Guard("pivot_root", f -> f.jail());
  static final Guard OWN_MOUNT = new Guard("a mount of its own", f -> f.jail());
  static final Guard NO_DEVICES = new Guard("nodev", Facts::noDevices);
  static final Guard OWN_PIDS = new Guard("a pid namespace", f -> f.own("pid"));
  static final Guard OWN_IPC = new Guard("an IPC namespace", f -> f.own("ipc"));
  static final Guard OWN_NETWORK = new Guard("a network namespace", f -> f.own("net"));
  static final Guard NO_PROC = new Guard("no /proc", f -> !f.hasProc());
  static final Guard LANDLOCK = new Guard("Landlock", f -> f.landlock() >= 2);
  static final Guard LANDLOCK_PORTS =
      new Guard("Landlock: TCP ports", f -> f.landlock() >= 4 && f.portsFenced());
  static final Guard LANDLOCK_SCOPE = new Guard("Landlock's scope", f -> f.landlock() >= 6);

  /** Holds by itself wherever Brig launches. */
  static Guard ofBrig(String word) {
    return new Guard(word, Facts::jail);
  }

  /** Holds by itself wherever. */
  static Guard always(String word) {
    return new Guard(word, f -> true);
  }

  /** The seccomp filter refuses a call, or some of its arguments. */
  static Guard filter(String call) {
    return new Guard("seccomp", f -> f.filters(call));
  }

  static Guard lacking(String capability) {
    return new Guard("no " + capability, f -> !f.has(capability));
  }

  /** Only where the user is not root. */
  static Guard notRoot(String word) {
    return new Guard(word, f -> f.uid() != 0);
  }
}
