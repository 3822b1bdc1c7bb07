package brig.audit.breakout;

import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.spec.JailSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The order of a service, with something else in one place or another. */
record OrderOf(LaunchOrder order) {
  LaunchOrder running(
      String program,
      List<JailMount> mounts,
      boolean startAsRoot,
      List<String> capabilities,
      String output) {
    return copy(
        order.root(),
        List.of(program),
        order.workingDirectory(),
        startAsRoot,
        capabilities,
        mounts,
        order.handedIn(),
        output);
  }

  LaunchOrder handing(List<Integer> descriptors) {
    LaunchOrder o = order;
    return copy(
        o.root(),
        o.argv(),
        o.workingDirectory(),
        o.startAsRoot(),
        o.capabilities(),
        o.mounts(),
        descriptors,
        o.output());
  }

  /** In another root, which need not have the service's working directory. */
  LaunchOrder in(String root) {
    LaunchOrder o = order;
    return copy(
        root,
        o.argv(),
        "/",
        o.startAsRoot(),
        o.capabilities(),
        o.mounts(),
        o.handedIn(),
        o.output());
  }

  private LaunchOrder copy(
      String root,
      List<String> argv,
      String workingDirectory,
      boolean startAsRoot,
      List<String> capabilities,
      List<JailMount> mounts,
      List<Integer> handedIn,
      @Nullable String output) {
    LaunchOrder o = order;
    return new LaunchOrder(
        o.jail(),
        root,
        argv,
        o.environment(),
        workingDirectory,
        o.uid(),
        o.gid(),
        o.groups(),
        startAsRoot,
        capabilities,
        o.umask(),
        o.limits(),
        o.namespaces(),
        o.network(),
        // The service's own profile would hold this program to another one's calls.
        o.seccomp().with(new JailSpec.Profile.None()),
        o.landlock(),
        mounts,
        handedIn,
        output,
        o.terminal(),
        o.root().equals(root) ? o.mounted() : null);
  }
}
