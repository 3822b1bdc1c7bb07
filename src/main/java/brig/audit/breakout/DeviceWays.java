package brig.audit.breakout;

import static brig.audit.breakout.Steps.CWD;

import brig.audit.breakout.AttemptEnd.Refused;
import brig.linux.Attributes;
import brig.linux.Fd;
import brig.linux.Names;
import brig.linux.Stat;
import brig.report.BrigException;
import java.io.IOException;
import java.util.List;

/** Ways through a disk, past all file systems. */
final class DeviceWays {
  private static final int MS_RDONLY = 1;

  static final List<Attempt> ALL =
      List.of(
          new Attempt(
              "B07",
              "mknod of a disk, read it",
              List.of(Guard.filter("mknod"), Guard.lacking("CAP_MKNOD"), Guard.NO_DEVICES),
              DeviceWays::makeAndRead),
          new Attempt(
              "B08",
              "mknod of a disk, mount it",
              List.of(Guard.filter("mknod"), Guard.lacking("CAP_MKNOD"), Guard.filter("mount")),
              DeviceWays::makeAndMount),
          new Attempt(
              "B09",
              "a 0666 disk node that is there",
              List.of(Guard.NO_DEVICES),
              DeviceWays::openWhatIsThere));

  private DeviceWays() {}

  private static String makeAndRead(Scene scene) throws AttemptEnd, BrigException, IOException {
    CanaryDisk disk = CanaryDisk.make(scene);
    Puppet inmate = scene.inmate();
    inmate.must("mknodat", CWD, scene.place("b07"), Stat.S_IFBLK | 0600, disk.device());
    return read(scene, inmate, "b07");
  }

  private static String read(Scene scene, Puppet inmate, String node) throws AttemptEnd {
    long device = inmate.must("openat", CWD, scene.place(node), Fd.O_RDONLY, 0);
    return Steps.secretIn(scene, inmate, device);
  }

  /** mount(2) has a node of its own to try, should mknod(2) be refused. */
  private static String makeAndMount(Scene scene) throws AttemptEnd, BrigException, IOException {
    CanaryDisk disk = CanaryDisk.make(scene);
    Puppet inmate = scene.inmate();
    String node = scene.place("b08");
    String directory = scene.place("b08.d");
    inmate.need("mkdirat", CWD, directory, 0755);
    Refused refusal = null;
    try {
      inmate.must("mknodat", CWD, node, Stat.S_IFBLK | 0600, disk.device());
    } catch (Refused e) {
      refusal = e;
      Names.mknod(
          scene.canary().inside(), "b08", Stat.S_IFBLK | 0600, CanaryDisk.MAJOR, disk.minor());
    }
    try {
      Steps.anyOf(
          () -> mount(inmate, node, directory, "ext2"),
          () -> mount(inmate, node, directory, "ext4"));
    } catch (Refused e) {
      throw refusal == null ? e : refusal;
    }
    return Steps.secret(scene, inmate, CWD, directory + "/" + Canary.SECRET);
  }

  private static String mount(Puppet inmate, String node, String directory, String type)
      throws AttemptEnd {
    inmate.must("mount", node, directory, type, MS_RDONLY, 0);
    return "mounted";
  }

  private static String openWhatIsThere(Scene scene) throws AttemptEnd, BrigException, IOException {
    CanaryDisk disk = CanaryDisk.make(scene);
    Fd inside = scene.canary().inside();
    Names.mknod(inside, "b09", Stat.S_IFBLK | 0600, CanaryDisk.MAJOR, disk.minor());
    Attributes.chmodAt(inside, "b09", 0666);
    return read(scene, scene.inmate(), "b09");
  }
}
