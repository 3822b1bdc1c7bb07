package brig.cli;

import brig.linux.Fd;
import brig.linux.FileNames;
import brig.linux.LinuxException;
import java.util.ArrayList;
import java.util.List;

/** The command line, byte for byte. The JVM replaces what is not UTF-8, and a path may be that. */
final class Arguments {
  private static final char REPLACED = '\uFFFD';

  private Arguments() {}

  /** The same arguments, lossless (see {@link FileNames}). */
  static String[] asGiven(String[] decoded) {
    for (String argument : decoded) {
      if (argument.indexOf(REPLACED) >= 0) {
        return fromKernel(decoded);
      }
    }
    return decoded;
  }

  // proc_pid_cmdline(5): every argument of the process, each ended by a NUL; Brig's come last.
  private static String[] fromKernel(String[] decoded) {
    List<String> all = new ArrayList<>();
    try (Fd file = Fd.open("/proc/self/cmdline", Fd.O_RDONLY)) {
      byte[] bytes = new byte[4 * 1024 * 1024];
      int length = file.read(0, bytes, 0, bytes.length);
      int start = 0;
      for (int i = 0; i < length; i++) {
        if (bytes[i] == 0) {
          all.add(FileNames.decode(bytes, start, i));
          start = i + 1;
        }
      }
    } catch (LinuxException e) {
      return decoded; // no /proc: the JVM's text is all there is
    }
    int first = all.size() - decoded.length;
    return first < 0 ? decoded : all.subList(first, all.size()).toArray(new String[0]);
  }
}
