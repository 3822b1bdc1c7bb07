package brig.audit.breakout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All ways out that are tried, in the order of their ids. */
final class Attempts {
  private Attempts() {}

  static List<Attempt> all() {
    List<Attempt> all = new ArrayList<>();
    all.addAll(RootWays.ALL);
    all.addAll(RootWays.BY_KERNEL);
    all.addAll(SocketWays.ALL);
    all.addAll(DeviceWays.ALL);
    all.addAll(ProcWays.ALL);
    all.addAll(ProcessWays.ALL);
    all.addAll(SharedWays.ALL);
    all.addAll(LaunchWays.ALL);
    all.addAll(TrustWays.ALL);
    all.addAll(KernelWays.ALL);
    all.sort(Comparator.comparing(Attempt::id));
    return all;
  }
}
