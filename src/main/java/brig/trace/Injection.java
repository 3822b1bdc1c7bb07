package brig.trace;

import brig.linux.Architecture;
import brig.linux.Errno;
import brig.linux.FileNames;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Ptrace;
import brig.linux.Registers;
import brig.linux.SyscallNames;
import brig.linux.SyscallStop;
import brig.linux.TraceeMemory;
import brig.linux.WaitStatus;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * System calls that a stopped tracee makes because the tracer wants it: with its own credentials,
 * root, namespaces and memory. Its registers are put back afterwards, and it goes on as if nothing
 * had been: a call that it was about to make is made then, one that was interrupted is made again.
 *
 * <p>It runs the system call instruction of its vDSO, which every process has, so nothing of the
 * program is changed. Signals are blocked meanwhile: a handler would run on registers that are not
 * the program's. Should the tracer be killed between two steps, the tracee is left with registers
 * that are not its own: this is for moments, not for minutes.
 *
 * <p>Used on the tracing thread, inside {@link Tracer#inject}.
 */
public final class Injection {
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final int PAGE = 4096;

  private final Ptrace ptrace;
  private final TraceeMemory memory;
  private final int tid;
  private final Registers saved;
  private final long savedMask;
  private final long instruction;
  private final SyscallStop stop = new SyscallStop();
  private long room;
  private long roomLeft;
  private long roomSize;

  /** What is to be done in a tracee's name. */
  @FunctionalInterface
  public interface Work<T> {
    T in(Injection tracee) throws LinuxException;
  }

  private Injection(Ptrace ptrace, TraceeMemory memory, int tid) throws LinuxException {
    this.ptrace = ptrace;
    this.memory = memory;
    this.tid = tid;
    this.saved = Registers.of(tid);
    this.savedMask = ptrace.signalMask(tid);
    this.instruction = findInstruction();
  }

  /**
   * Does it, and puts everything back.
   *
   * @param atCall the tracee stands at the beginning of a call; else at a stop between calls
   */
  static <T> T run(Ptrace ptrace, TraceeMemory memory, int tid, boolean atCall, Work<T> work)
      throws LinuxException {
    Injection injection = new Injection(ptrace, memory, tid);
    injection.begin(atCall);
    try {
      return work.in(injection);
    } finally {
      injection.end(atCall);
    }
  }

  private void begin(boolean atCall) throws LinuxException {
    ptrace.setSignalMask(tid, -1);
    if (atCall) {
      saved.skipCall(tid);
      awaitReturn();
    }
  }

  private void end(boolean atCall) throws LinuxException {
    if (room != 0) {
      call("munmap", room, roomSize);
    }
    if (atCall) {
      saved.rewind(instructionLength());
    } else {
      saved.restartInterrupted(instructionLength(), number("restart_syscall"));
    }
    saved.set(tid);
    ptrace.setSignalMask(tid, savedMask);
  }

  /** The tracee's thread. */
  public int tid() {
    return tid;
  }

  /**
   * Makes one call.
   *
   * @param name as its man page has it
   * @param arguments at most six; addresses are the tracee's, such as {@link #place} gives
   * @return as the kernel gives it: a negated errno from -4095 to -1 when it failed
   * @throws LinuxException ESRCH: the tracee has ended, by this very call perhaps
   */
  public long call(String name, long... arguments) throws LinuxException {
    Registers registers = saved.copy();
    registers.call(instruction, number(name), Arrays.copyOf(arguments, 6));
    registers.set(tid);
    awaitReturn();
    return stop.result();
  }

  /** The same for a call whose failure is an exception. */
  public long checked(String name, long... arguments) throws LinuxException {
    long result = call(name, arguments);
    if (result < 0 && result > -4096) {
      throw new LinuxException(name + " in process", "/proc/" + tid, Errno.of((int) -result));
    }
    return result;
  }

  /** Puts bytes where the tracee can read and write them; the memory is given back at the end. */
  public long place(byte[] bytes) throws LinuxException {
    long size = (bytes.length + 15L) & -16L;
    if (size > roomLeft) {
      if (room != 0) {
        throw new LinuxException("place in process", "/proc/" + tid, Errno.ENOMEM);
      }
      roomSize = Math.max(16 * PAGE, (size + PAGE - 1) & -PAGE);
      room = checked("mmap", 0, roomSize, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
      roomLeft = roomSize;
    }
    long address = room + roomSize - roomLeft;
    memory.write(tid, address, bytes);
    roomLeft -= size;
    return address;
  }

  /** The same for a file name, with its NUL. */
  public long place(String name) throws LinuxException {
    byte[] bytes = FileNames.encode(name);
    return place(Arrays.copyOf(bytes, bytes.length + 1));
  }

  /** The call at whose end the tracee stands has another result than the kernel gave it. */
  public void answer(long result) {
    saved.answer(result);
  }

  /** Puts other bytes at a {@link #place}. */
  public void write(long address, byte[] bytes) throws LinuxException {
    memory.write(tid, address, bytes);
  }

  /** Bytes of the tracee's memory, such as a call has left at a {@link #place}. */
  public byte[] read(long address, int length) {
    return memory.bytes(tid, address, length);
  }

  private static int number(String name) {
    Integer number = SyscallNames.current().number(name);
    if (number == null) {
      throw new IllegalArgumentException("there is no system call " + name);
    }
    return number;
  }

  /** Through the stops at the call's beginning, its own and a filter's, to that at its end. */
  private void awaitReturn() throws LinuxException {
    do {
      ptrace.goToCall(tid, 0);
      WaitStatus.Of status = null;
      try {
        while (status == null) {
          status = ptrace.await(tid);
        }
      } catch (Ptrace.NobodyLeft e) {
        throw gone();
      }
      if (status.ended()) {
        ptrace.tellAgain(status);
        throw gone();
      }
    } while (!ptrace.callInfo(tid, stop) || !stop.leaving());
  }

  private LinuxException gone() {
    return new LinuxException("make a call in process", "/proc/" + tid, Errno.ESRCH);
  }

  private static int instructionLength() {
    return instructionBytes().length;
  }

  private static byte[] instructionBytes() {
    return switch (Architecture.current()) {
      case X86_64 -> new byte[] {0x0F, 0x05}; // syscall
      case AARCH64 -> new byte[] {0x01, 0x00, 0x00, (byte) 0xD4}; // svc #0
    };
  }

  /** Where the vDSO falls back to a real call. */
  private long findInstruction() throws LinuxException {
    byte[] maps = HostFiles.readOrNull("/proc/" + tid + "/maps");
    String text = maps == null ? "" : new String(maps, StandardCharsets.ISO_8859_1);
    for (String line : text.split("\n", -1)) {
      if (line.endsWith("[vdso]")) {
        int dash = line.indexOf('-');
        long start = Long.parseUnsignedLong(line.substring(0, dash), 16);
        long end = Long.parseUnsignedLong(line.substring(dash + 1, line.indexOf(' ')), 16);
        for (long page = start; page < end; page += PAGE) {
          @Nullable Long found = find(memory.bytes(tid, page, PAGE), page);
          if (found != null) {
            return found;
          }
        }
      }
    }
    throw new LinuxException("find the vDSO of process", "/proc/" + tid, Errno.ENOEXEC);
  }

  private static @Nullable Long find(byte[] page, long address) {
    byte[] wanted = instructionBytes();
    int step = wanted.length == 4 ? 4 : 1;
    for (int i = 0; i + wanted.length <= page.length; i += step) {
      if (Arrays.equals(page, i, i + wanted.length, wanted, 0, wanted.length)) {
        return address + i;
      }
    }
    return null;
  }
}
