package brig.trace;

import brig.linux.Architecture;
import brig.linux.BpfProgram;
import brig.linux.Fd;
import brig.linux.SyscallNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The seccomp filter of what is traced from its first instruction: it stops at the calls of {@link
 * TracedCalls} and lets all others pass at full speed. The kernel notes by call number which calls
 * a filter always allows, and does not even run it for those (since Linux 5.11).
 *
 * <p>Not in the filter's sight are sendmsg(2), whose address lies in memory, and what begins at a
 * descriptor only: fstat and its like, read, write.
 */
public final class TraceFilter {
  private static final int X32 = 0x3FFFFFFF; // above: calls of x32 programs
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int NEGATIVE = 0x80000000;

  private final SyscallNames names;
  private final BpfProgram program = new BpfProgram();

  private TraceFilter(Architecture architecture) {
    this.names = SyscallNames.of(architecture);
  }

  /**
   * For a program that another than {@link TracedProgram} starts.
   *
   * <p>The kernel takes the strictest answer of all filters: a call that another filter refuses is
   * refused without being traced (seccomp(2)).
   */
  public static BpfProgram of(Architecture architecture) {
    TraceFilter filter = new TraceFilter(architecture);
    filter.begin(architecture);
    filter.calls();
    return filter.program;
  }

  /**
   * For a program whose every call is to be known: it stops at all of them, but for some that may
   * pass. Slow, for a short while only.
   *
   * @param passing names of calls that nobody asks about; those of {@link TracedCalls} stop all the
   *     same
   */
  public static BpfProgram ofAll(Architecture architecture, Collection<String> passing) {
    TraceFilter filter = new TraceFilter(architecture);
    filter.begin(architecture);
    filter.all(passing);
    return filter.program;
  }

  /** That of {@link #of}, with the gate at which a started program waits for its tracer. */
  static BpfProgram withGate(Architecture architecture, long pathAddress) {
    TraceFilter filter = new TraceFilter(architecture);
    filter.begin(architecture);
    filter.gate(pathAddress, true);
    filter.calls();
    return filter.program;
  }

  /**
   * The same gate, for a program that stops at these calls, and at no others but the opening of a
   * file to append to it, as logs are.
   */
  static BpfProgram withGate(
      Architecture architecture, long pathAddress, Collection<String> calls) {
    TraceFilter filter = new TraceFilter(architecture);
    filter.begin(architecture);
    filter.gate(pathAddress, calls.contains("execve"));
    for (String name : calls) {
      int number = filter.number(name);
      if (number >= 0) {
        filter.program.ifEqual(number, 1).answer(BpfProgram.TRACE);
      }
    }
    filter.appending("openat", 2);
    filter.appending("open", 1);
    filter.program.answer(BpfProgram.ALLOW);
    return filter.program;
  }

  /**
   * The same gate, for a program that stops at every call but some.
   *
   * @param passing as of {@link #ofAll}
   */
  static BpfProgram withGateOfAll(
      Architecture architecture, long pathAddress, Collection<String> passing) {
    TraceFilter filter = new TraceFilter(architecture);
    filter.begin(architecture);
    filter.gate(pathAddress, true);
    filter.all(passing);
    return filter.program;
  }

  private void gate(long pathAddress, boolean traced) {
    program
        .ifEqual(number("execve"), 6)
        .load(BpfProgram.argument(0))
        .ifEqual((int) pathAddress, 3)
        .load(BpfProgram.argument(0) + 4)
        .ifEqual((int) (pathAddress >>> 32), 1)
        .answer(BpfProgram.USER_NOTIF)
        .answer(traced ? BpfProgram.TRACE : BpfProgram.ALLOW);
  }

  private void all(Collection<String> passing) {
    List<String> let = new ArrayList<>(passing);
    let.removeAll(TracedCalls.names());
    for (String name : let) {
      int number = number(name);
      if (number >= 0) {
        program.ifEqual(number, 1).answer(BpfProgram.ALLOW);
      }
    }
    program.answer(BpfProgram.TRACE);
  }

  private void appending(String name, int flags) {
    int number = number(name);
    if (number >= 0) {
      program
          .ifEqual(number, 4)
          .load(BpfProgram.argument(flags))
          .ifAny(Fd.O_APPEND, 1)
          .answer(BpfProgram.TRACE)
          .answer(BpfProgram.ALLOW);
    }
  }

  private int number(String name) {
    Integer number = names.number(name);
    return number == null ? -1 : number;
  }

  private void begin(Architecture architecture) {
    program
        .load(BpfProgram.ARCH)
        .unlessEqual(architecture.auditArch(), 1)
        .answer(BpfProgram.TRACE)
        .load(BpfProgram.NR)
        .ifGreater(X32, 1)
        .answer(BpfProgram.TRACE);
  }

  private void calls() {
    statOfDescriptor("newfstatat", 3);
    statOfDescriptor("statx", 2);
    sendingToAnAddress();
    List<String> plain = new ArrayList<>(TracedCalls.names());
    plain.removeAll(List.of("newfstatat", "statx", "sendto"));
    for (String name : plain) {
      int number = number(name);
      if (number >= 0) {
        program.ifEqual(number, 1).answer(BpfProgram.TRACE);
      }
    }
    program.answer(BpfProgram.ALLOW);
  }

  // fstat(3) is made of these, once for each file that is opened: it asks about a descriptor.
  private void statOfDescriptor(String name, int flags) {
    program
        .ifEqual(number(name), 7)
        .load(BpfProgram.argument(0))
        .ifAny(NEGATIVE, 1) // AT_FDCWD
        .answer(BpfProgram.TRACE)
        .load(BpfProgram.argument(flags))
        .ifAny(AT_EMPTY_PATH, 1)
        .answer(BpfProgram.ALLOW)
        .answer(BpfProgram.TRACE);
  }

  private void sendingToAnAddress() {
    program
        .ifEqual(number("sendto"), 6)
        .load(BpfProgram.argument(4))
        .ifEqual(0, 3)
        .load(BpfProgram.argument(4) + 4)
        .ifEqual(0, 1)
        .answer(BpfProgram.ALLOW)
        .answer(BpfProgram.TRACE);
  }
}
