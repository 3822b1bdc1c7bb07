package brig.launch.service;

import brig.linux.Architecture;
import brig.linux.SyscallNames;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of the kernel's about a call that a seccomp filter told of (seccomp(2),
 * "SECCOMP_RET_LOG"). The kernel log and the file of auditd have the same fields.
 *
 * @param millis since 1970
 * @param pid of the process, as the host sees it
 * @param program the file that it executes, by its path in the jail
 * @param call the call's name; or its number, where the architecture or the table has no such name
 */
public record CallRecord(
    long millis, int pid, int uid, String program, String call, Answer answer) {

  /** What became of the call. */
  public enum Answer {
    LET_THROUGH,
    REFUSED,
    KILLED;

    /** As it is told. */
    public String word() {
      return switch (this) {
        case LET_THROUGH -> "let through";
        case REFUSED -> "refused";
        case KILLED -> "killed";
      };
    }
  }

  private static final String IN_KERNEL_LOG = "type=1326 audit(";
  private static final String IN_AUDIT_FILE = "type=SECCOMP msg=audit(";
  private static final long RET_LOG = 0x7ffc0000L;
  private static final long RET_ERRNO = 0x00050000L;

  /** All that a log has of them, in its order. */
  public static List<CallRecord> in(String log) {
    List<CallRecord> records = new ArrayList<>();
    int at = 0;
    while (at < log.length()) {
      int end = log.indexOf('\n', at);
      end = end < 0 ? log.length() : end;
      CallRecord record = of(log.substring(at, end));
      if (record != null) {
        records.add(record);
      }
      at = end + 1;
    }
    return records;
  }

  /** Null when the line is of something else. */
  static @Nullable CallRecord of(String line) {
    int at = line.indexOf(IN_KERNEL_LOG);
    int time = at + IN_KERNEL_LOG.length();
    if (at < 0) {
      at = line.indexOf(IN_AUDIT_FILE);
      time = at + IN_AUDIT_FILE.length();
    }
    if (at < 0) {
      return null;
    }
    try {
      int arch = Integer.parseUnsignedInt(field(line, "arch"), 16);
      int number = Integer.parseInt(field(line, "syscall"));
      long code = Long.decode(field(line, "code"));
      String seconds = line.substring(time, line.indexOf(':', time));
      return new CallRecord(
          Long.parseLong(seconds.replace(".", "")),
          Integer.parseInt(field(line, "pid")),
          Integer.parseInt(field(line, "uid")),
          text(field(line, "exe")),
          name(arch, number),
          code == RET_LOG
              ? Answer.LET_THROUGH
              : code == RET_ERRNO ? Answer.REFUSED : Answer.KILLED);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return null; // a line that was cut
    }
  }

  private static String name(int arch, int number) {
    Architecture current = Architecture.current();
    String name = arch == current.auditArch() ? SyscallNames.current().name(number) : null;
    if (name != null) {
      return name;
    }
    return arch == current.auditArch()
        ? "call " + number
        : "call " + number + " of another architecture";
  }

  private static String field(String line, String name) {
    int at = line.indexOf(" " + name + "=");
    if (at < 0) {
      throw new IllegalArgumentException(name);
    }
    int begin = at + name.length() + 2;
    int end = line.indexOf(' ', begin);
    return line.substring(begin, end < 0 ? line.length() : end);
  }

  // Text with blanks, quotes or control characters comes in hexadecimal digits, without quotes.
  private static String text(String field) {
    if (field.startsWith("\"")) {
      return field.substring(1, field.length() - 1);
    }
    return field.equals("(null)")
        ? ""
        : brig.linux.FileNames.decode(HexFormat.of().parseHex(field));
  }
}
