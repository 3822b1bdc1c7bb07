package brig.linux;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a thread may do, as proc_pid_status(5) tells it; sets are bit masks.
 *
 * @param uids real, effective, saved, file system; likewise {@code gids}
 * @param seccomp 0 none, 1 strict, 2 filter
 * @param filters how many filters of system calls bind it (since Linux 5.9)
 * @param blocked signals, bit 0 is signal 1; likewise {@code ignored}
 */
public record ThreadStatus(
    List<Integer> uids,
    List<Integer> gids,
    List<Integer> groups,
    long inheritable,
    long permitted,
    long effective,
    long bounding,
    long ambient,
    boolean noNewPrivileges,
    int seccomp,
    int filters,
    long blocked,
    long ignored) {

  private static final int SIZE = 16 * 1024;

  /** The file in which the calling thread can read about itself, wherever its root is then. */
  public static Fd openMine() throws LinuxException {
    return Fd.open("/proc/thread-self/status", Fd.O_RDONLY);
  }

  public static Fd open(int pid) throws LinuxException {
    return Fd.open("/proc/" + pid + "/status", Fd.O_RDONLY);
  }

  /** That of a thread which need not be the process's first. */
  public static Fd open(int pid, int tid) throws LinuxException {
    return Fd.open("/proc/" + pid + "/task/" + tid + "/status", Fd.O_RDONLY);
  }

  /** Reads what holds now. */
  public static ThreadStatus read(Fd file) throws LinuxException {
    byte[] bytes = new byte[SIZE];
    int length = file.read(0, bytes, 0, SIZE);
    return parse(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
  }

  static ThreadStatus parse(String text) {
    return new ThreadStatus(
        numbers(text, "\nUid:"),
        numbers(text, "\nGid:"),
        numbers(text, "\nGroups:"),
        mask(text, "\nCapInh:"),
        mask(text, "\nCapPrm:"),
        mask(text, "\nCapEff:"),
        mask(text, "\nCapBnd:"),
        mask(text, "\nCapAmb:"),
        field(text, "\nNoNewPrivs:").equals("1"),
        Integer.parseInt(field(text, "\nSeccomp:")),
        Integer.parseInt(field(text, "\nSeccomp_filters:")),
        mask(text, "\nSigBlk:"),
        mask(text, "\nSigIgn:"));
  }

  private static String field(String text, String key) {
    int at = text.indexOf(key);
    if (at < 0) {
      throw new IllegalStateException("/proc tells nothing of" + key.replace('\n', ' '));
    }
    return text.substring(at + key.length(), text.indexOf('\n', at + 1)).strip();
  }

  private static long mask(String text, String key) {
    return Long.parseUnsignedLong(field(text, key), 16);
  }

  private static List<Integer> numbers(String text, String key) {
    String field = field(text, key);
    List<Integer> numbers = new ArrayList<>();
    int at = 0;
    while (at < field.length()) {
      int end = at;
      while (end < field.length() && field.charAt(end) > ' ') {
        end++;
      }
      if (end > at) {
        numbers.add(Integer.parseUnsignedInt(field, at, end, 10));
      }
      at = end + 1;
    }
    return numbers;
  }
}
