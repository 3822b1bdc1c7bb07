package brig.launch;

import brig.launch.LaunchOrder.JailMount;
import brig.spec.JailSpec;
import java.util.List;

/** Orders that differ from another in one thing. */
final class Orders {
  private Orders() {}

  static LaunchOrder handingIn(LaunchOrder o, List<Integer> descriptors) {
    return copy(o, o.seccomp(), o.mounts(), descriptors);
  }

  static LaunchOrder mounting(LaunchOrder o, List<JailMount> mounts) {
    return copy(o, o.seccomp(), mounts, o.handedIn());
  }

  static LaunchOrder filtering(LaunchOrder o, JailSpec.SeccompPolicy seccomp) {
    return copy(o, seccomp, o.mounts(), o.handedIn());
  }

  private static LaunchOrder copy(
      LaunchOrder o,
      JailSpec.SeccompPolicy seccomp,
      List<JailMount> mounts,
      List<Integer> handedIn) {
    return new LaunchOrder(
        o.jail(),
        o.root(),
        o.argv(),
        o.environment(),
        o.workingDirectory(),
        o.uid(),
        o.gid(),
        o.groups(),
        o.startAsRoot(),
        o.capabilities(),
        o.umask(),
        o.limits(),
        o.namespaces(),
        o.network(),
        seccomp,
        o.landlock(),
        mounts,
        handedIn,
        o.output(),
        o.terminal(),
        null);
  }
}
