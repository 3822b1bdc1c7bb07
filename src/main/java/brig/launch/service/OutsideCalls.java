package brig.launch.service;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.KernelLog;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import brig.report.BrigException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which calls outside its profile a service made, as the kernel's log tells. No process of Brig
 * stays beside a service to see them (docs/decisions/0009-calls-outside-a-profile.md).
 *
 * <p>The log knows pid, user and program of the caller, not its jail. A process that still runs is
 * told by its root, as everywhere; one that is gone by its user together with its program, which
 * must be a file of the jail.
 */
public final class OutsideCalls {
  private static final String AUDIT_FILE = "/var/log/audit/audit.log";
  private static final int AUDIT_FILE_TAIL = 8 << 20;
  private static final long TICKS_A_SECOND = 100; // USER_HZ, time(7)

  private final Whose whose;
  private final long bootMillis;

  private OutsideCalls(Whose whose, long bootMillis) {
    this.whose = whose;
    this.bootMillis = bootMillis;
  }

  /**
   * Whose calls are meant.
   *
   * @param root the directory that is the root of its processes, or on which theirs is mounted
   * @param noted its start; null: it does not run
   * @param copied the directory holds its programs; else they are the host's
   * @param uids the users that its processes run as
   * @param sinceMillis what is older is not meant
   */
  public record Whose(
      String root, @Nullable RunState noted, boolean copied, Set<Integer> uids, long sinceMillis) {
    public Whose {
      uids = Set.copyOf(uids);
    }
  }

  /**
   * One call, however often it was made.
   *
   * @param programs who made it, by the path in the jail
   * @param times as the log has them: it drops what comes too fast
   * @param lastMillis since 1970
   */
  public record Seen(
      String call, CallRecord.Answer answer, List<String> programs, int times, long lastMillis) {}

  /**
   * Those of one jail, sorted by name.
   *
   * @throws BrigException the log cannot be read here
   */
  public static List<Seen> of(Whose whose) throws BrigException, LinuxException {
    return new OutsideCalls(whose, bootMillis()).among(records());
  }

  /** For records that come one by one. */
  public static OutsideCalls judging(Whose whose) throws LinuxException {
    return new OutsideCalls(whose, bootMillis());
  }

  private static List<CallRecord> records() throws BrigException, LinuxException {
    List<CallRecord> records = new ArrayList<>();
    String written = auditFile();
    if (written != null) {
      // Where auditd takes them, the kernel does not write them to its own log.
      records.addAll(CallRecord.in(written));
    }
    try {
      records.addAll(CallRecord.in(KernelLog.read()));
    } catch (LinuxException e) {
      if (written == null || e.errno() != Errno.EPERM) {
        throw BrigException.refused(
            e.problem("cannot read the kernel's log")
                .remedy("Calls outside a profile are told there, to root with CAP_SYSLOG."));
      }
    }
    return records;
  }

  private static @Nullable String auditFile() throws LinuxException {
    try (Fd file = Fd.open(AUDIT_FILE, Fd.O_RDONLY)) {
      long size = file.stat().size();
      int length = (int) Math.min(size, AUDIT_FILE_TAIL);
      byte[] bytes = new byte[length];
      int read = file.read(size - length, bytes, 0, length);
      return new String(bytes, 0, read, StandardCharsets.UTF_8);
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR, EACCES, EPERM -> null;
        default -> throw e;
      };
    }
  }

  private static long bootMillis() throws LinuxException {
    String stat = new String(HostFiles.read("/proc/stat"), StandardCharsets.US_ASCII);
    int at = stat.indexOf("\nbtime ");
    return Long.parseLong(stat.substring(at + 7, stat.indexOf('\n', at + 1))) * 1000;
  }

  private List<Seen> among(List<CallRecord> records) throws LinuxException {
    Map<String, Seen> seen = new TreeMap<>();
    for (CallRecord record : records) {
      if (isOurs(record)) {
        seen.merge(
            record.call() + " " + record.answer(),
            new Seen(record.call(), record.answer(), List.of(record.program()), 1, record.millis()),
            OutsideCalls::both);
      }
    }
    List<Seen> sorted = new ArrayList<>(seen.values());
    sorted.sort(Comparator.comparing(Seen::call).thenComparing(Seen::answer));
    return sorted;
  }

  private static Seen both(Seen a, Seen b) {
    List<String> programs = a.programs();
    if (!programs.containsAll(b.programs())) {
      programs = new ArrayList<>(programs);
      programs.addAll(b.programs());
    }
    return new Seen(
        a.call(),
        a.answer(),
        programs,
        a.times() + b.times(),
        Math.max(a.lastMillis(), b.lastMillis()));
  }

  /** The service made that call. */
  public boolean isOurs(CallRecord record) throws LinuxException {
    if (record.millis() < whose.sinceMillis) {
      return false;
    }
    ProcessStatus process = ProcessStatus.of(record.pid());
    if (process != null && !process.ended()) {
      long born = bootMillis + process.startTime() * 1000 / TICKS_A_SECOND;
      // btime is in whole seconds; later ones bear the number of one that is gone.
      if (born <= record.millis() + 1000) {
        RunState noted = whose.noted;
        Stat directory = Stat.of(whose.root);
        return noted != null
            ? Running.isInside(record.pid(), noted)
            : directory != null && Running.hasRoot(record.pid(), directory);
      }
    }
    return whose.uids.contains(record.uid()) && holds(record.program());
  }

  private boolean holds(String program) throws LinuxException {
    if (!program.startsWith("/")) {
      return false;
    }
    if (!whose.copied) {
      return Stat.of(program) != null;
    }
    try (Fd top = Fd.open(whose.root, Fd.O_PATH | Fd.O_DIRECTORY);
        Fd file = top.openAt(program.substring(1), Fd.O_PATH, 0, Fd.RESOLVE_IN_ROOT)) {
      return file.stat().isFile();
    } catch (LinuxException e) {
      return false;
    }
  }
}
