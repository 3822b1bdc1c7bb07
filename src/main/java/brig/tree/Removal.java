package brig.tree;

import brig.linux.Fd;
import brig.linux.FileNames;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.LoopDevice;
import brig.linux.Names;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Removes a jail from the disk. Its jailfile stays.
 *
 * <p>Safe when interrupted: {@code current} goes first, so that no start can take what is half
 * gone; each generation, and the writable places as a whole, get a name that ends in {@code .tmp}
 * before anything of them is removed, and what has such a name is swept up by the next build or
 * removal.
 */
public final class Removal implements AutoCloseable {
  private static final String WRITABLE = "writable";
  private static final String LOCK = "lock";

  private final JailPaths paths;
  private final String name;
  private final String path;
  private final JailDirectory jail;

  private Removal(JailPaths paths, String name, String path, JailDirectory jail) {
    this.paths = paths;
    this.name = name;
    this.path = path;
    this.jail = jail;
  }

  /**
   * What a service has written.
   *
   * @param files of any kind but directories
   * @param bytes the sizes of the files among them
   */
  public record Data(int files, long bytes) {
    public boolean isEmpty() {
      return files == 0;
    }

    /** {@code 12 files, 3.4 MB}. */
    public String text() {
      return files + (files == 1 ? " file, " : " files, ") + Bytes.text(bytes);
    }
  }

  /**
   * Gets hold of a jail; waits for a build of it that is at work.
   *
   * @return the removal; what it removes is there until {@link #remove}
   * @throws BrigException when there is no such jail, a process is in it, or something is mounted
   *     below it
   */
  public static Removal of(JailPaths paths, String jail, Progress progress)
      throws BrigException, LinuxException {
    String path = paths.jail(jail);
    if (Stat.ofLink(path) == null) {
      throw BrigException.usage(
          Problem.of("cannot remove " + jail)
              .answered("there is nothing of it in " + path)
              .remedy("It was never built, or is removed already."));
    }
    JailDirectory open;
    try {
      open = JailDirectory.open(paths, jail, progress);
    } finally {
      progress.ended();
    }
    Removal removal = new Removal(paths, jail, path, open);
    try {
      removal.refuseMounts();
      removal.refuseProcesses(Generations.of(paths, jail));
      return removal;
    } catch (BrigException | LinuxException | RuntimeException e) {
      removal.close();
      throw e;
    }
  }

  /** What is mounted there is not the jail's, and must not be emptied as if it were. */
  private void refuseMounts() throws BrigException, LinuxException {
    String real = Fd.readLink("/proc/self/fd/" + jail.directory().number());
    for (String point : mountPoints()) {
      if (point.startsWith(real + "/")) {
        throw BrigException.refused(
            Problem.of("cannot remove " + name)
                .answered("something is mounted on " + point)
                .remedy("Unmount it first (umount " + point + ")."));
      }
    }
  }

  /**
   * The fifth field of each line, with spaces and the like as {@code \040} (proc_pid_mountinfo).
   */
  private static List<String> mountPoints() throws LinuxException {
    List<String> points = new ArrayList<>();
    for (String line : FileNames.decode(HostFiles.read("/proc/self/mountinfo")).split("\n", -1)) {
      String[] fields = line.split(" ", 6);
      if (fields.length == 6) {
        points.add(unescaped(fields[4]));
      }
    }
    return points;
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 3 < text.length()) {
        plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  private void refuseProcesses(Generations generations) throws BrigException, LinuxException {
    List<String> inside = new ArrayList<>();
    List<Stat> roots = new ArrayList<>();
    for (int number : jail.numbers()) {
      Stat root = Stat.of(generations.root(number));
      if (root != null) {
        roots.add(root);
      }
    }
    for (int pid : ProcessStatus.all()) {
      if (isIn(pid, roots)) {
        inside.add(String.valueOf(pid));
      }
    }
    if (!inside.isEmpty()) {
      Collections.sort(inside);
      throw BrigException.refused(
          Problem.of("cannot remove " + name)
              .answered(
                  (inside.size() == 1 ? "process " : "processes ")
                      + String.join(", ", inside)
                      + (inside.size() == 1 ? " is" : " are")
                      + " in it")
              .remedy("Stop it first: brig stop " + name + "; or end the sessions in it."));
    }
  }

  private static boolean isIn(int pid, List<Stat> roots) {
    Stat actual;
    try {
      actual = Stat.of("/proc/" + pid + "/root");
    } catch (LinuxException e) {
      return false; // it has just ended, or is a kernel's thread
    }
    if (actual == null) {
      return false;
    }
    for (Stat root : roots) {
      if (root.inode() == actual.inode() && root.device() == actual.device()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Gives up a jail whose own file system cannot be opened, with all that is in it.
   *
   * @return false when it has none that is closed: {@link #of} is for it
   * @throws BrigException when something still holds it
   */
  public static boolean removeClosed(JailPaths paths, String jail)
      throws BrigException, LinuxException {
    if (!JailVolume.exists(paths, jail) || JailVolume.tryOpen(paths, jail).isEmpty()) {
      return false;
    }
    try (Fd image = Fd.open(paths.image(jail), Fd.O_RDONLY | Fd.O_NOFOLLOW | Fd.O_NONBLOCK)) {
      if (image.stat().isFile() && LoopDevice.find(image) != null) {
        throw BrigException.refused(
            Problem.of("cannot remove " + jail)
                .answered("something has its file system " + paths.image(jail) + " mounted")
                .remedy("Stop it first: brig stop " + jail + "; or see losetup --list."));
      }
    }
    JailVolume.removeImage(paths, jail);
    try (Fd jails = Fd.open(paths.lib() + "/jails", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      if (jails.statAt(jail) != null) {
        Names.removeTree(jails, jail);
      }
    }
    return true;
  }

  /** How many generations there are. */
  public int generations() throws LinuxException {
    return jail.numbers().size();
  }

  /** What is in the writable places. */
  public Data data() throws LinuxException {
    try (Fd writable = Names.openDirectoryIfThere(jail.directory(), WRITABLE)) {
      return writable == null ? new Data(0, 0) : count(writable);
    }
  }

  /** Where the writable places are. */
  public String dataPath() {
    return path + "/" + WRITABLE;
  }

  private static Data count(Fd directory) throws LinuxException {
    int files = 0;
    long bytes = 0;
    for (String name : directory.list()) {
      Stat stat = directory.statAt(name);
      if (stat != null && stat.isDirectory()) {
        try (Fd below = Names.openDirectory(directory, name)) {
          Data inside = count(below);
          files += inside.files;
          bytes += inside.bytes;
        }
      } else if (stat != null) {
        files++;
        bytes += stat.isFile() ? stat.size() : 0;
      }
    }
    return new Data(files, bytes);
  }

  /**
   * Removes everything.
   *
   * @param keepData but the writable places
   */
  public void remove(boolean keepData) throws LinuxException {
    Fd directory = jail.directory();
    Names.unlink(directory, "current");
    for (int number : jail.numbers()) {
      jail.remove(number);
    }
    String going = WRITABLE + JailDirectory.UNFINISHED;
    if (!keepData && directory.statAt(WRITABLE) != null) {
      Names.rename(directory, WRITABLE, going);
    }
    for (String name : directory.list()) {
      if (!name.equals(LOCK) && !(keepData && name.equals(WRITABLE))) {
        Names.removeTree(directory, name);
      }
    }
    if (!keepData) {
      if (JailVolume.exists(paths, name)) {
        JailVolume.remove(paths, name);
      }
      int slash = path.lastIndexOf('/');
      try (Fd above = Fd.open(path.substring(0, slash), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
        Names.removeTree(above, path.substring(slash + 1));
      }
    }
  }

  @Override
  public void close() {
    jail.close();
  }
}
