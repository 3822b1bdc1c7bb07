package brig.audit.breakout;

import brig.audit.breakout.AttemptEnd.Refused;
import brig.audit.breakout.Puppet.Buffer;
import brig.linux.Capability;
import brig.report.BrigException;
import java.io.IOException;
import java.util.List;

/** Ways to more power over the kernel. */
final class KernelWays {
  private static final int CLONE_NEWUSER = 0x10000000;
  private static final int CAPABILITY_VERSION_3 = 0x20080522;
  private static final int BPF_MAP_CREATE = 0;
  private static final int BPF_MAP_TYPE_ARRAY = 2;
  private static final int BPF_ATTR_SIZE = 72;

  static final List<Attempt> ALL =
      List.of(
          new Attempt(
              "B31",
              "a nested user namespace",
              List.of(Guard.filter("unshare"), Guard.always("the kernel refuses it in a chroot")),
              KernelWays::userNamespace),
          new Attempt(
              "B32",
              "bpf(2)",
              List.of(Guard.filter("bpf"), Guard.lacking("CAP_BPF")),
              KernelWays::bpf));

  private KernelWays() {}

  private static String userNamespace(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    return Steps.anyOf(
        () -> {
          inmate.must("unshare", CLONE_NEWUSER);
          return withCapabilities(inmate);
        },
        () -> withCapabilities(scene.keep(inmate.fork(CLONE_NEWUSER))));
  }

  /** In a new user namespace a process has every capability. */
  private static String withCapabilities(Puppet puppet) throws AttemptEnd {
    Buffer header = puppet.put(Struct.of(8).u32(0, CAPABILITY_VERSION_3).bytes());
    Buffer sets = puppet.buffer(24);
    puppet.must("capget", header, sets);
    long effective = Struct.from(puppet.get(sets)).u32(0);
    if ((effective & Capability.CAP_SYS_ADMIN.bit()) == 0) {
      throw new Refused("capget", "no capabilities");
    }
    return "has CAP_SYS_ADMIN in it";
  }

  private static String bpf(Scene scene) throws AttemptEnd, BrigException, IOException {
    byte[] attr =
        Struct.of(BPF_ATTR_SIZE)
            .u32(0, BPF_MAP_TYPE_ARRAY)
            .u32(4, 4) // key, value, entries
            .u32(8, 4)
            .u32(12, 1)
            .bytes();
    scene.inmate().must("bpf", BPF_MAP_CREATE, attr, attr.length);
    return "made a map in the kernel";
  }
}
