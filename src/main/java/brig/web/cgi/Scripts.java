package brig.web.cgi;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which file below a directory a path asks for, where a part of the path may be for the program
 * itself ({@code /shop.php/item/3}). Links lead nowhere but to places below the directory, and
 * names that begin with a dot are not found.
 */
public final class Scripts {
  /**
   * What was found.
   *
   * @param name the part of the path that names the file, from the slash on
   * @param rest what is for the program; empty or beginning with a slash
   */
  public record Found(String name, String rest) {}

  private final Supplier<String> directory;
  private final int resolve;
  private @Nullable Fd opened;

  /**
   * @param directory where this process finds it; it is opened at the first question
   * @param links whether links below it are followed
   */
  public Scripts(Supplier<String> directory, boolean links) {
    this.directory = directory;
    this.resolve =
        Fd.RESOLVE_IN_ROOT | Fd.RESOLVE_NO_MAGICLINKS | (links ? 0 : Fd.RESOLVE_NO_SYMLINKS);
  }

  /** The first part of the path that is a file. */
  public @Nullable Found first(String path) throws LinuxException {
    for (int end = next(path, 1); end > 0; end = next(path, end + 1)) {
      String part = path.substring(0, end);
      Stat stat = stat(part);
      if (stat == null || !stat.isDirectory()) {
        return stat != null && stat.isFile() ? new Found(part, path.substring(end)) : null;
      }
    }
    return null;
  }

  /** The first part of the path that ends in the suffix and is a file. */
  public @Nullable Found bySuffix(String path, String suffix) throws LinuxException {
    for (int end = next(path, 1); end > 0; end = next(path, end + 1)) {
      String part = path.substring(0, end);
      if (hasSuffix(part, suffix) && isFile(part)) {
        return new Found(part, path.substring(end));
      }
    }
    return null;
  }

  /** In capitals too: a file of such a name would else be handed out as it is. */
  static boolean hasSuffix(String part, String suffix) {
    return part.toLowerCase(Locale.ROOT).endsWith(suffix.toLowerCase(Locale.ROOT));
  }

  private static int next(String path, int from) {
    if (from > path.length()) {
      return -1;
    }
    int slash = path.indexOf('/', from);
    return slash < 0 ? path.length() : slash;
  }

  public boolean isFile(String path) throws LinuxException {
    Stat stat = stat(path);
    return stat != null && stat.isFile();
  }

  public boolean isDirectory(String path) throws LinuxException {
    Stat stat = stat(path);
    return stat != null && stat.isDirectory();
  }

  private @Nullable Stat stat(String path) throws LinuxException {
    if (path.contains("/.") || path.indexOf(0) >= 0) {
      return null;
    }
    String relative = path.equals("/") ? "." : path.substring(1);
    try (Fd file = root().openAt(relative, Fd.O_PATH, 0, resolve)) {
      return file.stat();
    } catch (LinuxException e) {
      if (isAbsent(e.errno())) {
        return null;
      }
      throw e;
    }
  }

  private static boolean isAbsent(Errno errno) {
    return errno == Errno.ENOENT
        || errno == Errno.ENOTDIR
        || errno == Errno.ELOOP
        || errno == Errno.EACCES
        || errno == Errno.ENAMETOOLONG;
  }

  private synchronized Fd root() throws LinuxException {
    Fd root = opened;
    if (root == null) {
      root = Fd.open(directory.get(), Fd.O_PATH | Fd.O_DIRECTORY);
      opened = root;
    }
    return root;
  }
}
