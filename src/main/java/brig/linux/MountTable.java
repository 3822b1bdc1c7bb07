package brig.linux;

import java.util.ArrayList;
import java.util.List;

/** The mounts that a process sees: proc_pid_mountinfo(5). */
public final class MountTable {
  private MountTable() {}

  /**
   * One mount.
   *
   * @param root which directory of its file system is mounted
   * @param point where, as the process's root has it
   * @param options of the mount alone, such as {@code nosuid}
   * @param type of the file system, such as {@code ext4}
   * @param shared options of the file system, the same for all of its mounts
   */
  public record Mount(
      String root, String point, List<String> options, String type, List<String> shared) {
    public boolean has(String option) {
      return options.contains(option);
    }
  }

  /** Of the calling thread, which may be in a mount namespace of its own. */
  public static List<Mount> mine() throws LinuxException {
    return parse(HostFiles.read("/proc/thread-self/mountinfo"));
  }

  /** Of another one; none when it is gone. */
  public static List<Mount> of(int pid) throws LinuxException {
    byte[] bytes = HostFiles.readOrNull("/proc/" + pid + "/mountinfo");
    return bytes == null ? List.of() : parse(bytes);
  }

  static List<Mount> parse(byte[] bytes) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : FileNames.decode(bytes).split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      int dash = 6; // optional fields come before it
      while (dash < fields.length && !fields[dash].equals("-")) {
        dash++;
      }
      if (dash + 3 < fields.length) {
        mounts.add(
            new Mount(
                unescape(fields[3]),
                unescape(fields[4]),
                List.of(fields[5].split(",", -1)),
                fields[dash + 1],
                List.of(fields[dash + 3].split(",", -1))));
      }
    }
    return mounts;
  }

  /** Blank, tab, newline and backslash are three octal digits after a backslash. */
  private static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 3 < text.length()) {
        plain.append((char) Integer.parseInt(text, i + 1, i + 4, 8));
        i += 3;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
