package brig.audit.breakout;

import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import java.util.List;
import java.util.Map;

/** The order of a service, with something else in one place or another. */
record OrderOf(LaunchOrder order) {
  LaunchOrder running(
      String program,
      List<JailMount> mounts,
      boolean startAsRoot,
      List<String> capabilities,
      String output) {
    LaunchOrder o = order;
    return copy(
        o.root(), List.of(program), startAsRoot, capabilities, mounts, o.handedIn(), output);
  }

  LaunchOrder handing(List<Integer> descriptors) {
    LaunchOrder o = order;
    return copy(
        o.root(), o.argv(), o.startAsRoot(), o.capabilities(), o.mounts(), descriptors, o.output());
  }

  LaunchOrder in(String root, String program, List<JailMount> mounts) {
    LaunchOrder o = order;
    return copy(
        root,
        List.of(program),
        o.startAsRoot(),
        o.capabilities(),
        mounts,
        o.handedIn(),
        o.output());
  }

  private LaunchOrder copy(
      String root,
      List<String> argv,
      boolean startAsRoot,
      List<String> capabilities,
      List<JailMount> mounts,
      List<Integer> handedIn,
      @org.jspecify.annotations.Nullable String output) {
    LaunchOrder o = order;
    return new LaunchOrder(
        o.jail(),
        root,
        argv,
        Map.copyOf(o.environment()),
        o.workingDirectory(),
        o.uid(),
        o.gid(),
        o.groups(),
        startAsRoot,
        capabilities,
        o.umask(),
        o.limits(),
        o.namespaces(),
        o.network(),
        o.seccomp(),
        o.landlock(),
        mounts,
        handedIn,
        output,
        o.terminal());
  }
}
