package brig.launch;

import brig.linux.Architecture;
import brig.linux.BpfProgram;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.FileNames;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.linux.SyscallNames;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Position;
import brig.report.Problem;
import brig.spec.JailSpec.Profile;
import brig.spec.JailSpec.SeccompPolicy;
import brig.spec.Located;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A service's own list of system calls, and the filter that holds it to the list. It is put up
 * beside the default filter, never in its place: of several filters the kernel takes the strictest
 * answer (seccomp(2)), so a profile takes away and cannot give.
 *
 * <p>A call outside fails with EPERM when it is older than copy_file_range (Linux 4.5), and with
 * ENOSYS otherwise: those are the calls that libc and others try first and do without where the
 * kernel has none.
 */
public final class CallProfile {
  private static final String FIRST_OF_THE_YOUNG = "copy_file_range";
  private static final int OTHERS_MAY_WRITE = 022;
  private static final int EPERM = BpfProgram.errno(Errno.EPERM);
  private static final int ENOSYS = BpfProgram.errno(Errno.ENOSYS);

  private CallProfile() {}

  /**
   * Reads the profile of a file: a name in each line, {@code #} begins a comment.
   *
   * @throws BrigException with every mistake and its line; or the file cannot be trusted
   */
  public static List<String> read(Located<String> path) throws BrigException {
    byte[] bytes;
    try (Fd file = Fd.open(path.value(), Fd.O_RDONLY)) {
      Stat stat = file.stat();
      if (stat.type() != Stat.S_IFREG || stat.uid() != 0 || (stat.mode() & OTHERS_MAY_WRITE) != 0) {
        throw BrigException.refused(
            Problem.of("the profile " + path.value() + " is not root's alone to write")
                .remedy(
                    "Whoever writes it decides what the service may call: chown root, chmod go-w.")
                .at(path.at()));
      }
      bytes = HostFiles.read("/proc/self/fd/" + file.number());
    } catch (LinuxException e) {
      throw BrigException.refused(
          e.problem("cannot read the profile " + path.value())
              .remedy("A name of a system call in each line, as in syscalls(2).")
              .at(path.at()));
    }
    return parse(path.value(), FileNames.decode(bytes));
  }

  /**
   * The names, when there are such calls.
   *
   * @throws BrigException with every one that is none
   */
  public static List<String> checked(List<Located<String>> names) throws BrigException {
    List<String> calls = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (Located<String> name : names) {
      if (CallFilter.checkName(name, problems)) {
        calls.add(name.value());
      }
    }
    if (!problems.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, problems);
    }
    return calls;
  }

  static List<String> parse(String file, String text) throws BrigException {
    Map<String, Integer> lines = new HashMap<>();
    List<String> calls = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      int comment = line.indexOf('#');
      String content = comment < 0 ? line : line.substring(0, comment);
      String name = content.strip();
      if (name.isEmpty()) {
        continue;
      }
      Position at = new Position(file, number, content.indexOf(name) + 1);
      Integer before = lines.putIfAbsent(name, number);
      if (before != null) {
        problems.add(
            Problem.of("'" + name + "' is twice in the profile")
                .remedy("It is there at line " + before + " already; leave one out.")
                .at(at));
      } else if (CallFilter.checkName(new Located<>(name, at), problems)) {
        calls.add(name);
      }
    }
    if (calls.isEmpty() && problems.isEmpty()) {
      problems.add(
          Problem.of("the profile " + file + " names no call")
              .remedy("A name of a system call in each line, as in syscalls(2)."));
    }
    if (!problems.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, problems);
    }
    return List.copyOf(calls);
  }

  /** What a start with this profile may call, as far as the default filter lets it. */
  public static Set<String> allowed(Collection<String> calls, SeccompPolicy policy) {
    Set<String> allowed = new HashSet<>(calls);
    allowed.addAll(UsualCalls.names());
    for (Located<String> name : policy.allow()) {
      allowed.add(name.value());
    }
    return allowed;
  }

  /** Null when the policy has no profile. */
  static @Nullable BpfProgram filter(SeccompPolicy policy, Architecture architecture) {
    // Not a switch over types: those are linked anew at every start (docs/decisions/0002).
    if (policy.profile() instanceof Profile.None) {
      return null;
    }
    if (policy.profile() instanceof Profile.Calls calls) {
      return filter(allowed(calls.names(), policy), policy.logOnly(), architecture);
    }
    throw new IllegalArgumentException("a profile whose calls nobody has read");
  }

  private static BpfProgram filter(
      Set<String> allowed, boolean logOnly, Architecture architecture) {
    SyscallNames names = SyscallNames.of(architecture);
    int[] numbers = new int[allowed.size()];
    int count = 0;
    for (String name : allowed) {
      Integer number = names.number(name);
      if (number != null) {
        numbers[count++] = number;
      }
    }
    Arrays.sort(numbers, 0, count);
    Integer young = names.number(FIRST_OF_THE_YOUNG);
    Rows rows = new Rows(logOnly, young == null ? 0 : young);
    int first = 0;
    for (int i = 1; i <= count; i++) {
      if (i == count || numbers[i] != numbers[i - 1] + 1) {
        rows.row(numbers[first], numbers[i - 1]);
        first = i;
      }
    }
    rows.outside(Integer.MAX_VALUE);
    return rows.program;
  }

  /** From the lowest number to the highest: each row of neighbours, and the gap before it. */
  private static final class Rows {
    final BpfProgram program = new BpfProgram().load(BpfProgram.NR);
    private final boolean logOnly;
    private final int young;
    private int gapBegin;

    Rows(boolean logOnly, int young) {
      this.logOnly = logOnly;
      this.young = young;
    }

    void row(int first, int last) {
      if (first == gapBegin) {
        program.unlessGreater(last, 1).answer(BpfProgram.ALLOW);
      } else {
        // Up to the end of the row: allowed from its beginning on, outside before.
        program.unlessGreater(last, 2 + gapLength(first)).ifGreater(first - 1, 1);
        program.answer(BpfProgram.ALLOW);
        outside(first);
      }
      gapBegin = last + 1;
    }

    private int gapLength(int end) {
      return !logOnly && gapBegin < young && end > young ? 3 : 1;
    }

    /** The answer for the numbers from the end of the last row to {@code end}. */
    void outside(int end) {
      if (logOnly) {
        program.answer(BpfProgram.LOG);
      } else if (gapBegin >= young) {
        program.answer(ENOSYS);
      } else if (end <= young) {
        program.answer(EPERM);
      } else {
        program.ifGreater(young - 1, 1).answer(ENOSYS).answer(EPERM);
      }
    }
  }
}
