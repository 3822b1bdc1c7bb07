package brig.tree;

import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;
import brig.linux.Volume;
import brig.report.BrigException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * LIB/jails/NAME, open and locked for one build: where generations are staged, made current, and
 * removed. Whatever is unfinished has a name that ends in {@code .tmp}; nothing with such a name is
 * ever used, and the next build removes it.
 */
final class JailDirectory implements AutoCloseable {
  static final String UNFINISHED = ".tmp";
  private static final String CURRENT = "current";
  private static final String GENERATIONS = "generations";
  private static final String SPARE = "spare";

  /** There while files of a closed generation are without their flag: {@link ImmutableTree}. */
  private static final String OPENED = "opened";

  private final Fd directory;
  private final Fd generations;
  private final Fd lock;

  private JailDirectory(Fd directory, Fd generations, Fd lock) {
    this.directory = directory;
    this.generations = generations;
    this.lock = lock;
  }

  /** Makes what is absent, waits for another build of the same jail, and sweeps up after it. */
  static JailDirectory open(JailPaths paths, String jail, Progress progress)
      throws LinuxException, BrigException {
    while (true) {
      JailDirectory opened = lockOnce(paths, jail, progress);
      try {
        if (opened.isStillThere()) {
          opened.sweep();
          return opened;
        }
      } catch (LinuxException e) {
        opened.close();
        throw e;
      }
      opened.close(); // whom it waited for has removed the jail
    }
  }

  private boolean isStillThere() throws LinuxException {
    Stat now = Stat.ofLink(directory.path());
    Stat mine = directory.stat();
    return now != null && now.inode() == mine.inode() && now.device() == mine.device();
  }

  private static JailDirectory lockOnce(JailPaths paths, String jail, Progress progress)
      throws LinuxException, BrigException {
    String path = paths.jail(jail);
    TrustedPath.check(path);
    JailVolume.open(paths, jail);
    makeAll(path);
    Fd directory = Fd.open(path, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW);
    Fd generations = null;
    try {
      makeDirectory(directory, GENERATIONS);
      generations = Names.openDirectory(directory, GENERATIONS);
      Fd lock = Fd.open(path + "/lock", Fd.O_RDWR | Fd.O_CREAT | Fd.O_NOFOLLOW, 0600);
      JailDirectory opened = new JailDirectory(directory, generations, lock);
      opened.lock(jail, progress);
      return opened;
    } catch (LinuxException e) {
      if (generations != null) {
        generations.close();
      }
      directory.close();
      throw e;
    }
  }

  private void lock(String jail, Progress progress) throws LinuxException {
    try {
      if (!Volume.lock(lock, false)) {
        progress.waiting(jail);
        Volume.lock(lock, true);
      }
    } catch (LinuxException e) {
      lock.close();
      throw e;
    }
  }

  private static void makeAll(String path) throws LinuxException {
    int end = path.indexOf('/', 1);
    while (end >= 0) {
      makeIfAbsent(path.substring(0, end));
      end = path.indexOf('/', end + 1);
    }
    makeIfAbsent(path);
  }

  private static void makeIfAbsent(String path) throws LinuxException {
    int slash = path.lastIndexOf('/');
    String above = slash == 0 ? "/" : path.substring(0, slash);
    if (Stat.of(path) == null) {
      try (Fd parent = Fd.open(above, Fd.O_PATH | Fd.O_DIRECTORY)) {
        makeDirectory(parent, path.substring(slash + 1));
      }
    }
  }

  private static void makeDirectory(Fd parent, String name) throws LinuxException {
    if (Names.mkdirIfAbsent(parent, name, 0700)) {
      Attributes.chmodAt(parent, name, 0755);
    }
  }

  private void sweep() throws LinuxException {
    for (String name : generations.list()) {
      if (name.endsWith(UNFINISHED)) {
        Names.removeTree(generations, name);
      }
    }
    for (String name : directory.list()) {
      if (name.endsWith(UNFINISHED)) {
        Names.removeTree(directory, name);
      }
    }
    if (directory.statAt(OPENED) != null) {
      closeAgain();
    }
  }

  /**
   * Takes the immutable flag from files of a finished generation, so that they can be linked into
   * the next one. Whatever becomes of this process, the next one that opens the jail gives it back;
   * this one does by {@link #closed} or {@link #closeAgain}.
   *
   * @param paths absolute in the generation's tree
   */
  void openFiles(int number, Iterable<String> paths) throws LinuxException {
    try (Fd root = ImmutableTree.openRoot(generations, number)) {
      if (ImmutableTree.isClosed(root)) {
        noteOpened();
        ImmutableTree.open(root, paths);
      }
    }
  }

  private void noteOpened() throws LinuxException {
    if (directory.statAt(OPENED) == null) {
      Names.create(directory, OPENED, 0600).finish();
    }
  }

  /** All files that were opened are in a tree that has been closed since. */
  void closed() throws LinuxException {
    Names.unlink(directory, OPENED);
  }

  /** Closes every generation again that was closed once; of use after a failure. */
  void closeAgain() throws LinuxException {
    ImmutableTree.mend(generations, numbers());
    closed();
  }

  Fd directory() {
    return directory;
  }

  List<Integer> numbers() throws LinuxException {
    return Generations.numbers(generations);
  }

  /** A new, empty, unfinished generation. */
  Fd stage(int number) throws LinuxException {
    String name = number + UNFINISHED;
    Names.mkdir(generations, name, 0700);
    Attributes.chmodAt(generations, name, 0700);
    return Names.openDirectory(generations, name);
  }

  /**
   * A generation that nobody needs any more, kept to become the next one; null when there is none.
   */
  @Nullable Fd spare() throws LinuxException {
    return Names.openDirectoryIfThere(generations, SPARE);
  }

  /** Makes the spare generation an unfinished one. */
  Fd takeSpare(int number) throws LinuxException {
    String name = number + UNFINISHED;
    Names.rename(generations, SPARE, name);
    Attributes.chmodAt(generations, name, 0700);
    return Names.openDirectory(generations, name);
  }

  void removeSpare() throws LinuxException {
    if (generations.statAt(SPARE) != null) {
      Names.rename(generations, SPARE, SPARE + UNFINISHED);
      Names.removeTree(generations, SPARE + UNFINISHED);
    }
  }

  /** Keeps a generation as the spare one, unless there is one already or it is closed. */
  boolean keepAsSpare(int number) throws LinuxException {
    if (isClosed(number) || generations.statAt(SPARE) != null) {
      return false;
    }
    Names.rename(generations, Integer.toString(number), SPARE);
    return true;
  }

  /** Replaces a file beside the tree of a finished generation in one step. */
  void replace(int number, String name, byte[] content) throws LinuxException {
    String next = name + UNFINISHED;
    Names.unlink(directory, next);
    try (Fd generation = Names.openDirectory(generations, Integer.toString(number));
        Fd file = Names.create(directory, next, 0600)) {
      file.write(content);
      file.finish();
      Names.move(directory, next, generation, name);
    }
  }

  /** The tree of a finished generation. */
  Fd root(int number) throws LinuxException {
    return ImmutableTree.openRoot(generations, number);
  }

  /** Throws an unfinished generation away. */
  void discard(int number) throws LinuxException {
    Names.removeTree(generations, number + UNFINISHED);
  }

  /** Gives a finished generation its number. */
  void finish(int number) throws LinuxException {
    Attributes.chmodAt(generations, number + UNFINISHED, 0755);
    Names.rename(generations, number + UNFINISHED, Integer.toString(number));
  }

  /** Swaps {@code current}: before the one call it was the old generation, after it the new one. */
  void makeCurrent(int number) throws LinuxException {
    String next = CURRENT + UNFINISHED;
    Names.unlink(directory, next);
    Names.symlink(directory, next, GENERATIONS + "/" + number);
    Names.rename(directory, next, CURRENT);
  }

  /** Takes a generation's number away first: one that is half removed is not to be listed. */
  void remove(int number) throws LinuxException {
    // Files that are shared with another generation are without their flag for a moment.
    boolean opened = isClosed(number);
    if (opened) {
      noteOpened();
    }
    try {
      Names.rename(generations, Integer.toString(number), number + UNFINISHED);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT) {
        return;
      }
      throw e;
    }
    discard(number);
    if (opened) {
      closed();
    }
  }

  private boolean isClosed(int number) throws LinuxException {
    if (generations.statAt(Integer.toString(number)) == null) {
      return false;
    }
    try (Fd root = ImmutableTree.openRoot(generations, number)) {
      return ImmutableTree.isClosed(root);
    }
  }

  @Override
  public void close() {
    lock.close();
    generations.close();
    directory.close();
  }
}
