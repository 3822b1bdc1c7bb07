package brig.tree;

import brig.linux.Errno;
import brig.linux.Ext4;
import brig.linux.Fd;
import brig.linux.HostProgram;
import brig.linux.LinuxException;
import brig.linux.LoopDevice;
import brig.report.BrigException;
import brig.report.Problem;
import java.util.List;

/**
 * Makes a jail's own file system as large as its jailfile says by now. Killed in between, the file
 * is larger than what is in it, and the next build goes on.
 */
final class VolumeGrowth {
  private final JailPaths paths;
  private final String jail;
  private final OwnVolume wanted;

  VolumeGrowth(JailPaths paths, String jail, OwnVolume wanted) {
    this.paths = paths;
    this.jail = jail;
    this.wanted = wanted;
  }

  /** While nobody has it mounted: by resize2fs(8), which needs no privilege but the file. */
  void unmounted(Fd file) throws BrigException, LinuxException {
    Superblock now = read(file);
    long blocks = blocks(now);
    if (blocks == now.blocks()) {
      return;
    }
    String program = HostProgram.find("resize2fs");
    if (program == null) {
      throw refused("the host has no resize2fs", "Install it (Debian: apt-get install e2fsprogs).");
    }
    if (!now.replayed()) {
      replay();
    }
    reserve(file);
    // -f: it was checked a moment ago (e2fsck -fn), which leaves no mark of that in it.
    HostProgram.Result result =
        HostProgram.run(List.of(program, "-f", paths.image(jail), String.valueOf(blocks)));
    if (result.status() != 0 || read(file).blocks() != blocks) {
      throw refused(
          "resize2fs ended with status " + result.status() + ": " + result.output().strip(),
          "The jail is as it was.");
    }
  }

  private void replay() throws LinuxException {
    String program = HostProgram.find("e2fsck");
    if (program != null) {
      HostProgram.run(List.of(program, "-p", "-E", "journal_only", paths.image(jail)));
    }
  }

  /** While it is mounted, by this process and perhaps by a service: by the kernel. */
  void mounted(Fd file, LoopDevice device) throws BrigException, LinuxException {
    Superblock now = read(device.fd());
    long blocks = blocks(now);
    if (blocks == now.blocks()) {
      return;
    }
    reserve(file);
    device.growToFile();
    try (Fd directory = Fd.open(paths.jail(jail), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      Ext4.grow(directory, blocks);
    } catch (LinuxException e) {
      if (e.errno() == Errno.EPERM) {
        throw refused(
            e.errno().text() + " while it is in use, which takes CAP_SYS_RESOURCE",
            "Stop the service (brig stop " + jail + ") and build again.");
      }
      throw e;
    }
  }

  private Superblock read(Fd from) throws LinuxException {
    Superblock superblock = Superblock.read(from);
    if (superblock == null) {
      throw new LinuxException("mount", paths.image(jail), Errno.EUCLEAN);
    }
    return superblock;
  }

  /** How many blocks it is to have. */
  private long blocks(Superblock now) throws BrigException {
    long blocks = wanted.sizeBytes() / now.blockSize();
    if (blocks < now.blocks()) {
      throw BrigException.usage(
          Problem.of(
                  "cannot make the file system of jail "
                      + jail
                      + " smaller: it has "
                      + JailVolume.size(now.bytes())
                      + ", its jailfile asks for "
                      + JailVolume.size(wanted.sizeBytes()))
              .remedy(
                  "Write the old size again. Brig only makes it larger; for a smaller one remove"
                      + " the jail and build it anew.")
              .at(wanted.at()));
    }
    return blocks;
  }

  private void reserve(Fd file) throws BrigException, LinuxException {
    try {
      Ext4.reserve(file, wanted.sizeBytes());
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT || e.errno() == Errno.EFBIG) {
        throw refused(e.errno().text(), "Make room in " + paths.images() + ", or ask for less.");
      }
      throw e;
    }
  }

  private BrigException refused(String answer, String remedy) {
    return BrigException.refused(
        Problem.of(
                "cannot make the file system of jail "
                    + jail
                    + " "
                    + JailVolume.size(wanted.sizeBytes())
                    + " large")
            .answered(answer)
            .remedy(remedy)
            .at(wanted.at()));
  }
}
