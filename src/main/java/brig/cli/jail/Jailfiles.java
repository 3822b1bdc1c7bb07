package brig.cli.jail;

import brig.cli.command.Context;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.Hints;
import brig.spec.JailName;
import brig.spec.JailSpec;
import brig.spec.JailfileReader;
import brig.spec.LockFile;
import brig.spec.LockedJailfile;
import brig.tree.JailPaths;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds the jail that a person means, by its name or by the path of its jailfile, and reads it. */
public final class Jailfiles {
  private static final String SUFFIX = ".toml";

  /** In bytes; the reader refuses what is larger. */
  private static final int LARGEST = 1 << 20;

  private Jailfiles() {}

  /**
   * Reads a jail's jailfile.
   *
   * @param nameOrPath a jail's name, or a path: with a slash, or ending in {@code .toml}
   */
  public static JailSpec read(String nameOrPath, JailPaths paths) throws BrigException {
    String name = nameOf(nameOrPath);
    String file = fileOf(nameOrPath, paths);
    byte[] content = content(file, isPath(nameOrPath) ? null : name);
    return JailfileReader.read(name, file, LockedJailfile.join(content, lock(file)));
  }

  private static byte @Nullable [] lock(String jailfile) throws BrigException {
    String file = LockFile.beside(jailfile);
    byte[] plain = plainContent(file);
    try {
      return plain != null || (isPlainName(file) && !new File(file).exists())
          ? plain
          : HostFiles.readOrNull(file);
    } catch (LinuxException e) {
      throw BrigException.refused(e.problem("cannot read the lock file " + file));
    }
  }

  /** Tells what is allowed in a jailfile and seldom meant. */
  public static void tellHints(JailSpec spec, Context context) {
    for (Problem hint : Hints.of(spec)) {
      context.err().println("brig: hint: " + hint.text());
    }
  }

  /** Where the jailfile is or would be. */
  public static String fileOf(String nameOrPath, JailPaths paths) throws BrigException {
    return isPath(nameOrPath) ? nameOrPath : paths.jailfile(nameOf(nameOrPath));
  }

  /** The jail's name, which the jailfile need not exist for. */
  public static String nameOf(String nameOrPath) throws BrigException {
    String name = nameOrPath;
    if (isPath(nameOrPath)) {
      name = nameOrPath.substring(nameOrPath.lastIndexOf('/') + 1);
      if (name.endsWith(SUFFIX)) {
        name = name.substring(0, name.length() - SUFFIX.length());
      }
    }
    if (!JailName.isValid(name)) {
      throw BrigException.usage(JailName.problem(name));
    }
    return name;
  }

  private static boolean isPath(String nameOrPath) {
    return nameOrPath.indexOf('/') >= 0 || nameOrPath.endsWith(SUFFIX);
  }

  private static byte[] content(String file, @Nullable String name) throws BrigException {
    byte[] plain = plainContent(file);
    return plain != null ? plain : contentOrRefusal(file, name);
  }

  /**
   * A plain file, read without the binding, which is being linked meanwhile; null for everything
   * that needs a closer look.
   */
  private static byte @Nullable [] plainContent(String file) {
    File plain = new File(file);
    if (!isPlainName(file) || !plain.isFile()) {
      return null;
    }
    try (FileInputStream in = new FileInputStream(plain)) {
      return in.readNBytes(LARGEST + 1);
    } catch (IOException e) {
      return null;
    }
  }

  private static boolean isPlainName(String file) {
    for (int i = 0; i < file.length(); i++) {
      if (file.charAt(i) >= 0x80) {
        return false; // java.io cannot name every file
      }
    }
    return true;
  }

  private static byte[] contentOrRefusal(String file, @Nullable String name) throws BrigException {
    // O_NONBLOCK: a FIFO at that place must not hang the command.
    try (Fd open = Fd.open(file, Fd.O_RDONLY | Fd.O_NONBLOCK)) {
      Stat stat = open.stat();
      if (stat.type() != Stat.S_IFREG) {
        throw BrigException.usage(
            Problem.of("the jailfile " + file + " is not a file").remedy("Name a TOML file."));
      }
      // One byte more than the reader takes, so that it sees what is too large.
      byte[] content = new byte[(int) Math.min(stat.size(), LARGEST + 1)];
      int count = open.read(0, content, 0, content.length);
      return count == content.length ? content : Arrays.copyOf(content, count);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT && name != null) {
        throw BrigException.usage(
            e.problem("there is no jail \"" + name + "\": cannot read " + file)
                .remedy("'brig init " + name + " -- COMMAND...' writes one."));
      }
      Problem problem = e.problem("cannot read the jailfile " + file);
      throw e.errno() == Errno.ENOENT
          ? BrigException.usage(problem)
          : BrigException.refused(problem);
    }
  }
}
