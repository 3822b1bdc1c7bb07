package brig.linux;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What proc(5) tells of a process.
 *
 * @param name the first 15 bytes of the program's file name
 * @param state {@code R}, {@code S}, {@code Z} and so on
 * @param startTime when it started, in ticks since the boot: with the pid and the boot it names one
 *     process for ever (field 22 of /proc/PID/stat)
 * @param uid the effective one, like {@code gid}
 * @param residentKib memory in use, shared pages included
 * @param caught signals that have a handler or are held back, as a bit mask (bit 0 is signal 1)
 * @param ignored signals that are ignored, likewise
 * @param capabilities the effective ones, as a bit mask
 * @param seccomp 0 none, 1 strict, 2 filter
 */
public record ProcessStatus(
    int pid,
    String name,
    char state,
    int parent,
    long startTime,
    int uid,
    int gid,
    long residentKib,
    long caught,
    long ignored,
    long capabilities,
    boolean noNewPrivs,
    int seccomp) {

  /** Null when there is no such process. */
  public static @Nullable ProcessStatus of(int pid) throws LinuxException {
    byte[] stat = HostFiles.readOrNull("/proc/" + pid + "/stat");
    byte[] status = HostFiles.readOrNull("/proc/" + pid + "/status");
    if (stat == null || status == null || stat.length == 0 || status.length == 0) {
      return null;
    }
    return parse(
        pid,
        new String(stat, StandardCharsets.ISO_8859_1),
        new String(status, StandardCharsets.ISO_8859_1));
  }

  /** The session that a process is in which has not ended; 0: there is no such process. */
  public static int session(int pid) throws LinuxException {
    byte[] stat = HostFiles.readOrNull("/proc/" + pid + "/stat");
    if (stat == null || stat.length == 0) {
      return 0;
    }
    String text = new String(stat, StandardCharsets.ISO_8859_1);
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
    return fields[0].equals("Z") || fields[0].equals("X") ? 0 : Integer.parseInt(fields[6 - 3]);
  }

  static ProcessStatus parse(int pid, String stat, String status) {
    // The name is in parentheses and may hold parentheses and blanks: the last one ends it.
    int open = stat.indexOf('(');
    int close = stat.lastIndexOf(')');
    String[] fields = stat.substring(close + 2).split(" ", -1); // the first is field 3
    return new ProcessStatus(
        pid,
        stat.substring(open + 1, close),
        fields[0].charAt(0),
        Integer.parseInt(fields[1]),
        Long.parseLong(fields[22 - 3]),
        second(status, "Uid:"),
        second(status, "Gid:"),
        residentKib(status),
        // Who holds a signal back means to fetch it, by signalfd(2) for one.
        mask(status, "SigCgt:") | mask(status, "SigBlk:"),
        mask(status, "SigIgn:"),
        mask(status, "CapEff:"),
        field(status, "NoNewPrivs:").equals("1"),
        seccomp(status));
  }

  /** The number of this very process. */
  public static int self() {
    return ProcessKernel.getpid();
  }

  /** The user whose rights this process has. */
  public static int effectiveUid() {
    return ProcessKernel.geteuid();
  }

  /** The numbers of all processes. */
  public static List<Integer> all() throws LinuxException {
    List<Integer> pids = new ArrayList<>();
    try (Fd proc = Fd.open("/proc", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : proc.list()) {
        if (name.charAt(0) >= '1' && name.charAt(0) <= '9') {
          pids.add(Integer.valueOf(name));
        }
      }
    }
    return pids;
  }

  /** The namespace of that kind that the process is in, by its inode; 0 when it is gone. */
  public static long namespace(int pid, String kind) throws LinuxException {
    Stat stat = Stat.of("/proc/" + pid + "/ns/" + kind);
    return stat == null ? 0 : stat.inode();
  }

  /** It has ended, and only waits for its parent to ask how. */
  public boolean ended() {
    return state == 'Z' || state == 'X';
  }

  /** It has a handler of its own for the signal, holds it back, or waits for signals just now. */
  public boolean catches(int signal) throws LinuxException {
    return (caught >>> (signal - 1) & 1) != 0 || isWaitingForSignals();
  }

  // sigwait(3), as named does: while it waits, the kernel shows these signals as not blocked.
  private boolean isWaitingForSignals() throws LinuxException {
    byte[] call = HostFiles.readOrNull("/proc/" + pid + "/syscall");
    Integer waits = SyscallNames.current().number("rt_sigtimedwait");
    return call != null
        && waits != null
        && new String(call, StandardCharsets.ISO_8859_1).startsWith(waits + " ");
  }

  /** It ignores the signal by its own will. */
  public boolean ignores(int signal) {
    return (ignored >>> (signal - 1) & 1) != 0;
  }

  private static String field(String status, String key) {
    int at = status.startsWith(key) ? 0 : status.indexOf("\n" + key) + 1;
    if (at == 0 && !status.startsWith(key)) {
      return "";
    }
    int end = status.indexOf('\n', at);
    return status.substring(at + key.length(), end < 0 ? status.length() : end).strip();
  }

  private static int second(String status, String key) {
    return Integer.parseInt(field(status, key).split("\t", -1)[1]);
  }

  private static long mask(String status, String key) {
    return Long.parseUnsignedLong(field(status, key), 16);
  }

  // A process that has ended has no memory and no such line.
  private static long residentKib(String status) {
    String text = field(status, "VmRSS:");
    int blank = text.indexOf(' ');
    return blank < 0 ? 0 : Long.parseLong(text.substring(0, blank));
  }

  private static int seccomp(String status) {
    String text = field(status, "Seccomp:");
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }
}
