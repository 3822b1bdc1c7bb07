package brig.plan.loader;

import brig.elf.ElfText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * /etc/ld.so.conf: ldconfig(8). One directory a line (colons, commas and blanks separate as well),
 * {@code #} begins a comment, {@code include PATTERN} reads others, {@code hwcap} lines are of the
 * past.
 */
final class LdSoConf {
  private static final String MAIN = "/etc/ld.so.conf";
  private static final int MOST_DEPTH = 10;

  private final HostFiles files;
  private final Set<String> directories = new LinkedHashSet<>();
  private final Set<String> read = new LinkedHashSet<>();

  private LdSoConf(HostFiles files) {
    this.files = files;
  }

  static List<String> directories(HostFiles files) throws IOException {
    LdSoConf conf = new LdSoConf(files);
    conf.read(MAIN, 0);
    return List.copyOf(conf.directories);
  }

  private void read(String path, int depth) throws IOException {
    byte[] bytes = depth > MOST_DEPTH || !read.add(path) ? null : files.bytes(path);
    if (bytes == null) {
      return;
    }
    for (String line : Words.of(ElfText.decode(bytes, 0, bytes.length), "\n")) {
      int comment = line.indexOf('#');
      String text = (comment < 0 ? line : line.substring(0, comment)).trim();
      if (text.startsWith("include") && text.length() > 7 && text.charAt(7) <= ' ') {
        for (String pattern : Words.of(text.substring(8), Words.BLANKS)) {
          include(pattern.startsWith("/") ? pattern : "/etc/" + pattern, depth);
        }
      } else if (!text.startsWith("hwcap ")) {
        add(text);
      }
    }
  }

  private void add(String text) {
    for (String part : Words.of(text, ":," + Words.BLANKS)) {
      int type = part.indexOf('='); // DIRECTORY=TYPE, of libc5's days
      String directory = type < 0 ? part : part.substring(0, type);
      while (directory.length() > 1 && directory.endsWith("/")) {
        directory = directory.substring(0, directory.length() - 1);
      }
      if (directory.startsWith("/")) {
        directories.add(directory);
      }
    }
  }

  /** glob(7) in the last component, where ld.so.conf uses it. */
  private void include(String pattern, int depth) throws IOException {
    if (!Wildcards.has(pattern)) {
      read(pattern, depth + 1);
      return;
    }
    int slash = pattern.lastIndexOf('/');
    String directory = pattern.substring(0, slash);
    if (Wildcards.has(directory) || !files.isDirectory(directory)) {
      return;
    }
    String names = pattern.substring(slash + 1);
    List<String> matching = new ArrayList<>();
    for (String name : files.host().list(directory)) {
      if (!name.startsWith(".") && Wildcards.match(names, name)) {
        matching.add(directory + "/" + name);
      }
    }
    for (String path : matching) {
      read(path, depth + 1);
    }
  }
}
