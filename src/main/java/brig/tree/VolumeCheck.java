package brig.tree;

import brig.linux.Fd;
import brig.linux.HostProgram;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.Printable;
import brig.report.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the file of a jail's own file system is sound. Nothing is written, mended or mounted. */
final class VolumeCheck {
  // e2fsck(8): 4, errors left uncorrected.
  private static final int FOUND_ERRORS = 4;
  private static final int MOST_LINES = 3;

  private VolumeCheck() {}

  /**
   * Refuses a file system that is not, or notes an error, or is cut off.
   *
   * @param thorough {@code e2fsck -fn} is asked too, unless a journal waits to be replayed, without
   *     which it finds errors that are none
   */
  static void refuseDamage(Fd file, String image, String jail, boolean thorough)
      throws BrigException, LinuxException {
    Superblock superblock = Superblock.read(file);
    if (superblock == null) {
      throw damaged(jail, image, "there is no ext4 file system in it");
    }
    if (superblock.bytes() > file.stat().size()) {
      throw damaged(jail, image, "the file is shorter than the file system in it");
    }
    if (!superblock.clean()) {
      throw damaged(jail, image, "the kernel has noted errors in it" + told(image));
    }
    if (thorough && superblock.replayed()) {
      HostProgram.Result result = check(image);
      if (result != null && (result.status() & FOUND_ERRORS) != 0) {
        throw damaged(jail, image, "e2fsck -fn: " + lines(result.output()));
      }
    }
  }

  private static BrigException damaged(String jail, String image, String answer) {
    return BrigException.refused(
        Problem.of("cannot open jail " + jail + ": its file system " + image + " is damaged")
            .answered(answer)
            .remedy(
                "Nothing was changed. Put a copy of the file back, or let e2fsck -f "
                    + image
                    + " mend it; or give the jail up with all that is in it: brig remove --yes "
                    + jail
                    + "."));
  }

  /** After a mount that the kernel refused. */
  static BrigException damaged(String jail, String image, LinuxException e) throws LinuxException {
    return damaged(jail, image, e.errno().text() + told(image));
  }

  private static String told(String image) throws LinuxException {
    HostProgram.Result result = check(image);
    return result == null ? "" : "; e2fsck -fn: " + lines(result.output());
  }

  private static HostProgram.@Nullable Result check(String image) throws LinuxException {
    String program = HostProgram.find("e2fsck");
    return program == null ? null : HostProgram.run(List.of(program, "-f", "-n", image));
  }

  /** The first few lines that say something, as one. */
  private static String lines(String output) {
    StringBuilder text = new StringBuilder();
    int told = 0;
    for (String line : output.split("\n", -1)) {
      String plain = line.strip();
      if (plain.isEmpty() || plain.startsWith("e2fsck ") || plain.startsWith("Pass ")) {
        continue;
      }
      if (told == MOST_LINES) {
        return text.append("; ...").toString();
      }
      text.append(told == 0 ? "" : "; ").append(Printable.text(plain));
      told++;
    }
    return told == 0 ? "no more is known" : text.toString();
  }
}
