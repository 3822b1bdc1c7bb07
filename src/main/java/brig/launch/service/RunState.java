package brig.launch.service;

import brig.linux.FileNames;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Brig notes of a service that it started: RUN/NAME.state. A pid alone means nothing after a
 * while; together with its start time and the boot it names one process for ever.
 *
 * @param startTime field 22 of /proc/PID/stat
 * @param startedAt seconds since 1970
 * @param pidNamespace its inode; 0 when the service shares the host's
 * @param root the directory that is its root
 * @param uid the service's user
 * @param stopSignal as the jailfile said when it was started
 * @param stopMillis how long a stop waits before it kills
 * @param detached Brig left it running in the background, and nobody else looks after it
 * @param mounted its root was put together for it alone, and lies over {@code root} in its own
 *     mount namespace
 * @param keeper who holds a late jail; null for any other
 * @param arguments what was added to the jailfile's command when it was started
 */
public record RunState(
    int pid,
    long startTime,
    String bootId,
    int generation,
    long startedAt,
    long pidNamespace,
    String root,
    int uid,
    String stopSignal,
    long stopMillis,
    boolean detached,
    boolean mounted,
    @Nullable Keeper keeper,
    List<String> arguments) {

  public RunState {
    arguments = List.copyOf(arguments);
  }

  /**
   * The process of Brig's that takes the daemon's processes into their jail. They are its tracees,
   * all of them and nobody else, and die with it.
   *
   * @param startTime as of the service's first process
   * @param entered some process is in the jail
   */
  public record Keeper(int pid, long startTime, boolean entered) {}

  /** Of a service whose root is the directory itself. */
  public RunState(
      int pid,
      long startTime,
      String bootId,
      int generation,
      long startedAt,
      long pidNamespace,
      String root,
      int uid,
      String stopSignal,
      long stopMillis,
      boolean detached) {
    this(
        pid,
        startTime,
        bootId,
        generation,
        startedAt,
        pidNamespace,
        root,
        uid,
        stopSignal,
        stopMillis,
        detached,
        false,
        null,
        List.of());
  }

  /** Null when there is none. */
  public static @Nullable RunState read(String file) throws IOException, BrigException {
    byte[] bytes = HostFiles.readOrNull(file);
    return bytes == null ? null : parse(file, bytes);
  }

  static RunState parse(String file, byte[] bytes) throws BrigException {
    try {
      Map<String, String> fields = fields(bytes);
      return new RunState(
          (int) number(fields, "pid"),
          number(fields, "start_time"),
          text(fields, "boot_id"),
          (int) number(fields, "generation"),
          number(fields, "started_at"),
          number(fields, "pid_namespace"),
          text(fields, "root"),
          (int) number(fields, "uid"),
          text(fields, "stop_signal"),
          number(fields, "stop_millis"),
          "yes".equals(fields.get("detached")),
          "yes".equals(fields.get("mounted")),
          keeper(fields),
          arguments(fields));
    } catch (IOException | NumberFormatException e) {
      throw BrigException.refused(
          Problem.of("cannot make sense of " + file)
              .remedy("It is not what Brig writes. If no process of the jail runs, remove it."));
    }
  }

  private static @Nullable Keeper keeper(Map<String, String> fields) throws IOException {
    return fields.containsKey("keeper")
        ? new Keeper(
            (int) number(fields, "keeper"),
            number(fields, "keeper_start_time"),
            "yes".equals(fields.get("entered")))
        : null;
  }

  /** A line each, name and value; the root is the last, and may hold any character. */
  private static Map<String, String> fields(byte[] bytes) {
    Map<String, String> fields = new HashMap<>();
    String all = FileNames.decode(bytes);
    int at = 0;
    while (at < all.length()) {
      boolean last = all.startsWith("root ", at);
      int end = last ? all.length() - 1 : all.indexOf('\n', at);
      int space = all.indexOf(' ', at);
      if (space < 0 || space >= end) {
        break;
      }
      fields.put(all.substring(at, space), all.substring(space + 1, end));
      at = end + 1;
    }
    return fields;
  }

  private static List<String> arguments(Map<String, String> fields) {
    List<String> arguments = new ArrayList<>();
    String argument = fields.get("argument0");
    while (argument != null) {
      arguments.add(argument.replace("\\n", "\n").replace("\\-", "\\"));
      argument = fields.get("argument" + arguments.size());
    }
    return arguments;
  }

  private static String text(Map<String, String> fields, String name) throws IOException {
    String value = fields.get(name);
    if (value == null) {
      throw new IOException("no " + name);
    }
    return value;
  }

  private static long number(Map<String, String> fields, String name) throws IOException {
    return Long.parseLong(text(fields, name));
  }

  /** Writes it in one step. */
  public void write(String file) throws IOException {
    String text =
        ("pid " + pid + "\n")
            + ("start_time " + startTime + "\n")
            + ("boot_id " + bootId + "\n")
            + ("generation " + generation + "\n")
            + ("started_at " + startedAt + "\n")
            + ("pid_namespace " + pidNamespace + "\n")
            + ("uid " + uid + "\n")
            + ("stop_signal " + stopSignal + "\n")
            + ("stop_millis " + stopMillis + "\n")
            + ("detached " + (detached ? "yes" : "no") + "\n")
            + (mounted ? "mounted yes\n" : "")
            + (keeper == null ? "" : keeperText(keeper))
            + argumentLines()
            + ("root " + root + "\n");
    HostFiles.replace(file, FileNames.encode(text), 0644);
  }

  private static String keeperText(Keeper keeper) {
    return ("keeper " + keeper.pid + "\n")
        + ("keeper_start_time " + keeper.startTime + "\n")
        + ("entered " + (keeper.entered ? "yes" : "no") + "\n");
  }

  /** A line each, whatever is in them. */
  private String argumentLines() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < arguments.size(); i++) {
      String plain = arguments.get(i).replace("\\", "\\-").replace("\n", "\\n");
      lines.append("argument").append(i).append(' ').append(plain).append('\n');
    }
    return lines.toString();
  }

  /** The kernel's name for this boot. */
  public static String currentBoot() throws LinuxException {
    byte[] bytes = HostFiles.read("/proc/sys/kernel/random/boot_id");
    return new String(bytes, StandardCharsets.US_ASCII).strip();
  }
}
