package brig.tree;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The finished builds of one jail, to be looked at. A generation that is listed is whole: it gets
 * its number by one rename when all of it is written. Which one is current is decided by the link
 * {@code current} alone.
 */
public final class Generations {
  private static final String TARGET = "generations/";

  private final JailPaths paths;
  private final String jail;

  private Generations(JailPaths paths, String jail) {
    this.paths = paths;
    this.jail = jail;
  }

  public static Generations of(JailPaths paths, String jail) {
    return new Generations(paths, jail);
  }

  /** The generation that the next start uses; empty when nothing was built yet. */
  public OptionalInt current() throws LinuxException {
    String target;
    try {
      target = Fd.readLink(paths.current(jail));
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return OptionalInt.empty();
      }
      throw e;
    }
    int number = target.startsWith(TARGET) ? number(target.substring(TARGET.length())) : -1;
    boolean there = number > 0 && Stat.of(root(number)) != null;
    return there ? OptionalInt.of(number) : OptionalInt.empty();
  }

  /** The numbers of all generations, rising. */
  public List<Integer> numbers() throws LinuxException {
    String directory = paths.jail(jail) + "/generations";
    if (Stat.of(directory) == null) {
      return List.of();
    }
    try (Fd generations = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      return numbers(generations);
    }
  }

  static List<Integer> numbers(Fd generations) throws LinuxException {
    List<Integer> numbers = new ArrayList<>();
    for (String name : generations.list()) {
      int number = number(name);
      if (number > 0) {
        numbers.add(number);
      }
    }
    Collections.sort(numbers);
    return numbers;
  }

  /** The directory that becomes a service's root. */
  public String root(int number) {
    return paths.generation(jail, number) + "/root";
  }

  /** The jailfile that a generation was built from; null when it is gone. */
  public byte @Nullable [] jailfile(int number) throws LinuxException {
    return file(number, "jailfile.toml");
  }

  /** What the generation's plan was made from; null when it is gone. */
  byte @Nullable [] inputs(int number) throws LinuxException {
    return file(number, "inputs");
  }

  /** A file that is kept beside a generation's tree; null when it is gone. */
  byte @Nullable [] file(int number, String name) throws LinuxException {
    return read(paths.generation(jail, number) + "/" + name);
  }

  static byte @Nullable [] read(String path) throws LinuxException {
    if (Stat.of(path) == null) {
      return null;
    }
    try (Fd file = Fd.open(path, Fd.O_RDONLY)) {
      byte[] bytes = new byte[Math.toIntExact(file.stat().size())];
      int count = file.read(0, bytes, 0, bytes.length);
      return count == bytes.length ? bytes : null;
    }
  }

  /** The generation of a directory name, 0 when it is something else. */
  static int number(String name) {
    if (name.isEmpty() || name.length() > 9 || name.charAt(0) == '0') {
      return 0;
    }
    int number = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < '0' || c > '9') {
        return 0;
      }
      number = number * 10 + (c - '0');
    }
    return number;
  }
}
